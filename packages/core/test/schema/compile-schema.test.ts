import {
  compileSchema,
  DestinationRegistry,
  DestinationInterface,
  RegisterDestination,
  defineSchema,
} from '@dest/core';
import { aDestination, aResource } from '../support/a-destination';

const cyclic = (): object => {
  const inner: Record<string, unknown> = { name: 'x' };
  inner['self'] = inner;
  return { outer: inner };
};

describe('what is no plain data is an issue with its place, by any schema', () => {
  test.each<[string, unknown, string, RegExp]>([
    ['a cycle', cyclic(), '/outer/self', /contains itself/],
    ['a BigInt', { a: [1n] }, '/a/0', /BigInt/],
    ['a function', { 'a/b': () => 1 }, '/a~1b', /function/],
    [
      'nesting without end',
      Array.from({ length: 600 }).reduce<unknown>((inner) => [inner], 1),
      '/0'.repeat(500),
      /500 levels/,
    ],
  ])('%s', (_name, value, pointer, message) => {
    expect(compileSchema({})(value)).toEqual({
      valid: false,
      issues: [{ pointer, message: expect.stringMatching(message) as string }],
    });
  });

  test('what is there twice, without containing itself, is fine', () => {
    let value: unknown = { a: 1 };
    for (let level = 0; level < 60; level++) value = [value, value];
    const twice = { a: 1 };
    expect(compileSchema({})({ one: twice, two: [twice] }).valid).toBe(true);
    expect(compileSchema({ type: 'array' })(value).valid).toBe(true);
  });
});

test('what must not be is explained by the description beside it', () => {
  const both = { type: 'object', not: { required: ['token', 'password'] } };
  const described = { ...both, description: 'should hold token or password, not both' };
  const given = { token: 'a', password: 'b' };

  expect(compileSchema(described)(given)).toEqual({
    valid: false,
    issues: [{ pointer: '', message: described.description }],
  });
  expect(compileSchema(both)(given)).toMatchObject({ issues: [{ message: 'must NOT be valid, is an object' }] });
});

describe('an instance', () => {
  const anything = defineSchema({ type: 'object' });
  class Plain extends DestinationInterface {
    async dispatchEvent(): Promise<void> {}
    async dispatchProfile(): Promise<void> {}
  }
  RegisterDestination({ package: 'plain', title: 'Plain', credentials: anything, init: anything })(Plain);
  const typed = defineSchema({ type: 'object', properties: { port: { type: 'integer' } } });
  class Typed extends Plain {}
  RegisterDestination({ package: 'typed', title: 'Typed', credentials: typed, init: anything })(Typed);
  const registry = new DestinationRegistry({ from: __dirname });
  registry.register(Plain);
  registry.register(Typed);
  const create = (name: string, credentials: unknown, init: unknown = {}): unknown =>
    registry.create({
      debug: false,
      resource: aResource({ credentials: { production: credentials } }),
      destination: aDestination({ package: name, resource: { id: 'main' }, init: init }),
    });

  test.each([
    ['CREDENTIALS_INVALID', cyclic(), {}, 'credentials.production.outer.self: contains itself'],
    ['CREDENTIALS_INVALID', { id: 5n }, {}, 'credentials.production.id: should be plain data, is a BigInt'],
    ['INIT_INVALID', {}, cyclic(), 'init.outer.self: contains itself'],
  ])('%s', (code, credentials, init, message) => {
    expect(() => create('plain', credentials, init)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  test('no value of credentials is printed, marked or not', () => {
    expect(() => create('typed', { port: 'canary-7f3a' })).toThrow(
      'credentials.production.port: should be an integer, is a string (not shown: it may be a secret)',
    );
  });
});

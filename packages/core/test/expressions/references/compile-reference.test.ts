import { ConfigurationError } from '../../../src/errors/configuration-error';
import { compileReference } from '../../../src/expressions/references/compile-reference';

const scope = {
  payload: { x: 1 },
  profile: { id: 'p1', a: { b: { c: { d: { e: 5 } } } }, list: [{ x: 1 }], 'a b': 2 },
};

test.each([
  ['profile@id', 'p1'],
  ['profile@...', scope.profile],
  ['profile@a.b', scope.profile.a.b],
  ['profile@a.b.c', scope.profile.a.b.c],
  ['profile@a.b.c.d', scope.profile.a.b.c.d],
  ['profile@a.b.c.d.e', 5],
  ['profile@a.b.c.d.e.f', undefined],
  ['profile@list[0].x', 1],
  ['profile@list.1', undefined],
  ['profile@list.4294967296', undefined],
  ['profile@["a b"]', 2],
  ['profile@missing', undefined],
  ['event@id', undefined],
  ['event@...', undefined],
  ['profile@toString', undefined],
  ['payload@x', undefined],
])('%s', (text, expected) => {
  const reference = compileReference(text);
  expect(reference.text).toBe(text);
  expect(reference.get(scope)).toBe(expected);
});

test('further scopes are known where they are named', () => {
  expect(compileReference('item@x', { scopes: ['item'] }).get({ item: { x: 1 } })).toBe(1);
  expect(compileReference('payload@x', { scopes: ['payload'] }).get(scope)).toBe(1);
  expect(compileReference('profile@id', null).get(scope)).toBe('p1');
});

test.each([
  ['', 'no `@`'],
  ['profile.id', 'no `@`'],
  ['profle@id', 'Did you mean `profile@`?'],
  ['profile@', 'column 9'],
  ['profile@id ', 'column 11: nothing may follow'],
  ['{{profile@id}}', 'is no scope'],
  [5 as unknown as string, 'of type number'],
])('%s is refused', (text, hint) => {
  expect(() => compileReference(text)).toThrow(ConfigurationError);
  expect(() => compileReference(text)).toThrow(
    expect.objectContaining({ code: 'REFERENCE_INVALID', message: expect.stringContaining(hint) as string }),
  );
});

import { compileSchema, isSecret } from '@dest/core';

const CANARY = 'canary-7f3a';
const token = { type: 'string', minLength: 40, writeOnly: true } as const;

/** Everything that is said about a value, which is wrong. */
function said(schema: object, value: unknown): string {
  const result = compileSchema(schema)(value);
  if (result.valid) throw new Error('nothing is wrong with it');
  return JSON.stringify(result.issues);
}

describe('a secret that is wrong is not printed, wherever its mark is', () => {
  test.each<[string, object, unknown]>([
    ['itself', token, CANARY],
    ['a property', { type: 'object', properties: { token } }, { token: CANARY }],
    [
      'above it',
      {
        type: 'object',
        properties: { a: { type: 'array', writeOnly: true, items: { type: 'string', maxLength: 1 } } },
      },
      { a: [CANARY] },
    ],
    [
      'behind $ref and definitions',
      { type: 'object', definitions: { token }, properties: { token: { $ref: '#/definitions/token' } } },
      { token: CANARY },
    ],
    [
      'behind a $ref to an $id',
      {
        type: 'object',
        definitions: { token: { ...token, $id: '#token' } },
        properties: { token: { $ref: '#token' } },
      },
      { token: CANARY },
    ],
    [
      'behind a $ref with an escaped key',
      { type: 'object', definitions: { 'a/b c': token }, properties: { token: { $ref: '#/definitions/a~1b%20c' } } },
      { token: CANARY },
    ],
    [
      'behind $ref in a cycle',
      {
        $ref: '#/definitions/node',
        definitions: { node: { type: 'object', properties: { token, next: { $ref: '#/definitions/node' } } } },
      },
      { next: { next: { token: CANARY } } },
    ],
    ['patternProperties', { type: 'object', patternProperties: { '^to': token } }, { token: CANARY }],
    ['additionalProperties', { type: 'object', additionalProperties: token }, { token: CANARY }],
    ['propertyNames', { type: 'object', propertyNames: token }, { [CANARY]: 1 }],
    [
      'items of a tuple',
      { type: 'array', items: [{ type: 'number' }, token], minItems: 2, additionalItems: false },
      [1, CANARY],
    ],
    ['a list where a secret is allowed in it', { type: 'array', items: token }, CANARY],
    ['contains', { type: 'array', contains: token }, [CANARY]],
    [
      'then',
      {
        type: 'object',
        properties: { a: { type: 'string', minLength: 40 } },
        if: { required: ['a'] },
        then: { properties: { a: { writeOnly: true } } },
      },
      { a: CANARY },
    ],
    [
      'else',
      {
        type: 'object',
        properties: { a: { type: 'string' } },
        if: { required: ['b'] },
        else: { properties: { a: token } },
      },
      { a: CANARY },
    ],
    ['not', { type: 'object', properties: { a: { not: { type: 'string', writeOnly: true } } } }, { a: CANARY }],
    [
      'dependencies',
      { type: 'object', properties: { b: {} }, dependencies: { b: { properties: { a: token } } } },
      { a: CANARY, b: 1 },
    ],
    [
      'an object with a secret in it is expected',
      { type: 'object', properties: { auth: { type: 'object', properties: { token } } } },
      { auth: CANARY },
    ],
    ['the whole is a text instead', { type: 'object', properties: { token } }, CANARY],
    [
      'a list of objects with secrets is expected',
      { type: 'object', properties: { all: { type: 'array', items: { type: 'object', properties: { token } } } } },
      { all: CANARY },
    ],
  ])('%s', (_name, schema, value) => {
    expect(said(schema, value)).not.toContain(CANARY);
  });
});

test('what stands beside a secret is printed', () => {
  const schema = {
    type: 'object',
    properties: { token, size: { type: 'integer' } },
    patternProperties: { '^secret': token },
    additionalProperties: { writeOnly: true },
  };
  expect(said(schema, { size: 'many' })).toContain('many');
  expect(isSecret(schema, '/size')).toBe(false);
  expect(isSecret(schema, '/secret-one')).toBe(true);
  expect(isSecret(schema, '/another')).toBe(true);
});

test('a caller can have all values hidden', () => {
  const schema = { type: 'object', properties: { size: { type: 'integer' } } };
  expect(JSON.stringify(compileSchema(schema)({ size: CANARY }, { hideValues: true }))).toContain(
    'should be an integer, is a string (not shown: it may be a secret)',
  );
});

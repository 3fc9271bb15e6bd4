import { compileMapping, type MappingOptions } from '../../../src/expressions/mappings/compile-mapping';
import type { Scope } from '../../../src/expressions/scope';

const scope = JSON.parse(`{
  "profile": {
    "id": "p1", "n": 5, "zero": 0, "f": false, "t": true, "empty": "", "nul": null, "list": [1, null, "x"], "obj": { "a": { "b": 1 } },
    "num": "12", "neg": "-1.5", "exp": "1e3", "zip": "007", "yes": "true", "no": "false", "null": "null", "word": "word", "braces": "{{profile@id}}",
    "tick": "\`1\`", "a b": "spaced", "}}": "closing", "__proto__": { "x": 1 }
  },
  "event": { "type": "order", "properties": { "total": 10.5 } },
  "payload": { "x": 1 }, "memory": { "x": 1 }
}`) as Scope;

function map(mapping: unknown, options?: MappingOptions): unknown {
  return compileMapping(mapping, options).apply(scope, { now: 0 });
}

/** A value in the mapping and what it becomes under a key. */
const values: Record<string, readonly (readonly [unknown, unknown])[]> = {
  references: [
    ['profile@id', 'p1'],
    ['profile@f', false],
    ['profile@obj', { a: { b: 1 } }],
    ['profile@list[2]', 'x'],
    ['profile@list.length', null],
    ['profile@["a b"]', 'spaced'],
    ["profile@['}}']", 'closing'],
    ['profile@__proto__.x', null],
    ['profile@__proto__', null],
    ['event@__proto__', null],
    ['session@id', null],
    ['session@...', null],
    ['payload@x', null],
    ['payload@...', null],
    ['<{{payload@x}}{{memory@x}}>', '<>'],
  ],
  'text that is none': [
    ['foo@bar.com', 'foo@bar.com'],
    ['profle@id', 'profle@id'],
    ['Profile@id', 'Profile@id'],
    ['profile@id ', 'profile@id '],
    ['profile@id and more', 'profile@id and more'],
    ['profile.id', 'profile.id'],
    ['', ''],
    ['@', '@'],
    ['}}', '}}'],
    ['{ profile@id }', '{ profile@id }'],
  ],
  templates: [
    ['Hello {{profile@id}}!', 'Hello p1!'],
    ['{{profile@n}}', '5'],
    ['{{ profile@n }}/{{event@type}}/{{	profile@f }}', '5/order/false'],
    ['<{{profile@missing}}{{profile@nul}}>', '<>'],
    ['{{profile@list}} {{profile@obj.a}}', '[1,null,"x"] {"b":1}'],
    ['{{event@...}}', '{"type":"order","properties":{"total":10.5}}'],
    ['{{profile@["}}"]}}', 'closing'],
    ['{{profile@braces}}', '{{profile@id}}'],
    ['}} {{profile@id}} }}', '}} p1 }}'],
  ],
  casts: [
    ['`12`', 12],
    ['`-1.5`', -1.5],
    ['`1e3`', 1000],
    ['`true`', true],
    ['`false`', false],
    ['`null`', null],
    ['`007`', '007'],
    ['`1e999`', '1e999'],
    ['` 12`', ' 12'],
    ['``', ''],
    ['`', '`'],
    ['`a` and `b`', '`a` and `b`'],
    ['`word`', 'word'],
    ['`profile@num`', 12],
    ['`profile@neg`', -1.5],
    ['`profile@exp`', 1000],
    ['`profile@zip`', '007'],
    ['`profile@yes`', true],
    ['`profile@no`', false],
    ['`profile@null`', null],
    ['`profile@word`', 'word'],
    ['`profile@n`', 5],
    ['`profile@f`', false],
    ['`profile@obj`', { a: { b: 1 } }],
    ['`profile@missing`', null],
    ['`{{profile@n}}{{profile@n}}`', 55],
    ['profile@tick', '`1`'],
  ],
  'everything else': [
    [5, 5],
    [true, true],
    [null, null],
    [[], []],
    [{}, {}],
    [
      [['profile@id'], 'profile@missing', null],
      [['p1'], null, null],
    ],
    [
      { 10: 'profile@id', 9: 1, b: 2, a: 3 },
      { 9: 1, 10: 'p1', b: 2, a: 3 },
    ],
    [
      { $$set: 'profile@id', $$$x: 1, a$b: 1 },
      { $set: 'p1', $$x: 1, a$b: 1 },
    ],
    [{ '$$set?': 'profile@nul', '$$put?': 1 }, { $put: 1 }],
  ],
  'optional keys': [
    [{ 'a?': 'profile@missing', 'b?': 'profile@nul', 'c?': null }, {}],
    [
      { 'a?': 'profile@zero', 'b?': 'profile@f', 'c?': 'profile@empty', 'd?': [], 'e?': {} },
      { a: 0, b: false, c: '', d: [], e: {} },
    ],
    [{ 'a?': '{{profile@missing}}' }, { a: '' }],
    [{ 'a?': { $if: 'profile@n == 6', then: 1 }, 'b?': { $first: [] } }, {}],
    [
      { 'a??': 1, '?': 2 },
      { 'a?': 1, '': 2 },
    ],
    [{ a: 1, 'a?': 'profile@missing' }, { a: 1 }],
  ],
};

describe.each(Object.entries(values))('%s', (_title, rows) => {
  test.each(rows.map(([value, expected]) => [JSON.stringify(value), value, expected] as const))(
    '%s',
    (_text, value, expected) => {
      expect(map({ key: value })).toStrictEqual({ key: expected });
      expect(map([value])).toStrictEqual([expected]);
    },
  );
});

describe('the default payload', () => {
  test.each([undefined, {}])('of %p is what the envelope has', (mapping) => {
    const payload = compileMapping(mapping).apply({ session: { id: 's' }, ...scope }, { now: 0 });
    expect(payload).toEqual({ event: scope.event, profile: scope.profile, session: { id: 's' } });
    expect(Object.keys(payload as object)).toEqual(['event', 'profile', 'session']);
    expect(map(mapping)).toEqual({ event: scope.event, profile: scope.profile });
    expect(compileMapping(mapping).apply({ profile: null, event: undefined }, { now: 0 })).toEqual({});
  });
  test('an explicit empty object is literal', () => {
    expect(map({ $literal: {} })).toStrictEqual({});
  });
});

describe('the top of a mapping', () => {
  test.each([
    ['profile@id', 'p1'],
    ['profile@missing', null],
    [5, 5],
    [null, null],
    [['profile@id'], ['p1']],
    [{ $if: 'profile@n == 6', then: 1 }, null],
  ])('%p', (mapping, expected) => {
    expect(map(mapping)).toStrictEqual(expected);
    expect(map(mapping, { missing: 'omit' })).toStrictEqual(expected);
  });
});

describe("missing: 'omit'", () => {
  const omit = { missing: 'omit' } as const;
  test('leaves out keys whose value is missing, and no others', () => {
    const mapping = {
      a: 'profile@missing',
      b: 'profile@nul',
      c: null,
      d: { e: 'profile@missing' },
      f: '`profile@missing`',
      g: '{{profile@missing}}',
    };
    expect(map(mapping, omit)).toStrictEqual({ b: null, c: null, d: {}, g: '' });
  });
  test('keeps the places of a list', () => {
    expect(map({ a: ['profile@missing', 1] }, omit)).toStrictEqual({ a: [null, 1] });
    expect(map({ a: { $each: 'profile@list', map: 'item@missing' } }, omit)).toStrictEqual({ a: [null, null, null] });
  });
  test('goes through directives', () => {
    const mapping = {
      lower: { $lower: 'profile@missing' },
      first: { $first: ['profile@missing', 'profile@nul'] },
      condition: { $if: 'profile@n == 6', then: 1 },
      each: { $each: 'profile@list', map: { a: 'item@a', b: 'index@...' } },
    };
    expect(map(mapping, omit)).toStrictEqual({ each: [{ b: 0 }, { b: 1 }, { b: 2 }] });
    expect(map(mapping)).toMatchObject({ lower: null, first: null, condition: null });
  });
  test('any other word is refused', () => {
    expect(() => map({}, { missing: 'drop' as never })).toThrow(
      expect.objectContaining({ code: 'MAPPING_BAD_OPTION' }),
    );
  });
});

test('what is mapped is made anew, what is referred to is the envelope itself', () => {
  const compiled = compileMapping({
    list: [],
    object: {},
    literal: { $literal: { deep: [1] } },
    profile: 'profile@obj',
  });
  const one = compiled.apply(scope, { now: 0 }) as { list: unknown[]; literal: { deep: number[] }; profile: unknown };
  one.list.push(1);
  one.literal.deep.push(2);
  expect(compiled.apply(scope, { now: 0 })).toStrictEqual({
    list: [],
    object: {},
    literal: { deep: [1] },
    profile: { a: { b: 1 } },
  });
  expect(one.profile).toBe((scope.profile as { obj: unknown }).obj);
});

test('a mapping that is changed after it was compiled changes nothing', () => {
  const mapping = { a: { $literal: [1] }, b: ['profile@id'], c: { $pick: 'profile@...', keys: ['id'] } };
  const compiled = compileMapping(mapping);
  mapping.a.$literal.push(2);
  mapping.b.push('x');
  mapping.c.keys.push('n');
  expect(compiled.apply(scope, { now: 0 })).toStrictEqual({ a: [1], b: ['p1'], c: { id: 'p1' } });
});

test('what is no JSON gives null with a diagnostic, and nothing throws', () => {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  const diagnostics: never[] = [];
  expect(compileMapping({ a: '{{profile@...}}' }).apply({ profile: cycle }, { now: 0, diagnostics })).toBeNull();
  expect(diagnostics).toMatchObject([{ code: 'MAPPING_UNREADABLE_SCOPE' }]);
});

import { createHash } from 'node:crypto';
import type { Diagnostic } from '../../../src/expressions/diagnostic';
import { compileMapping } from '../../../src/expressions/mappings/compile-mapping';
import type { Scope } from '../../../src/expressions/scope';

const NOW = Date.parse('2026-03-29T01:30:00.250Z');

const scope = JSON.parse(`{
  "profile": {
    "id": "p1", "nul": null, "n": 5, "f": false, "t": true, "empty": "", "text": "  Hello World ", "email": " Jo@Example.COM ", "phone": "+33 (6) 12-34",
    "obj": { "a": 1, "b": null, "c": { "d": 2 } }, "more": { "b": 3, "e": 4 }, "list": ["a", null, 3, true, { "x": 1 }], "elist": [],
    "proto": { "__proto__": { "evil": true }, "constructor": 1, "ok": 2 },
    "date": "2024-01-10T10:00:00", "seconds": 1704880800, "ms": 1704880800000, "zone": "America/New_York", "json": "{\\"a\\":[1,null]}"
  },
  "event": {
    "properties": { "items": [{ "sku": "a", "price": 5, "tags": ["x", "y"] }, { "sku": "b", "price": 15 }, { "sku": "c", "price": "?" }] }
  }
}`) as Scope;

function run(mapping: unknown, envelopeId?: string): { value: unknown; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const options = envelopeId === undefined ? { now: NOW, diagnostics } : { now: NOW, diagnostics, envelopeId };
  const { value } = compileMapping({ value: mapping }).apply(scope, options) as { value: unknown };
  return { value, diagnostics };
}

function isLeftOut(mapping: unknown): boolean {
  const payload = compileMapping({ value: mapping }, { missing: 'omit' }).apply(scope, { now: NOW });
  return !Object.hasOwn(payload as object, 'value');
}

const missing = 'profile@missing';
const nul = 'profile@nul';
const sha256 = (text: string, encoding: 'hex' | 'base64' = 'hex'): string =>
  createHash('sha256').update(text).digest(encoding);

/** A directive, its result and, where there is one, the code of its diagnostic. */
type Case = readonly [mapping: unknown, expected: unknown, code?: string];

const cases: Record<string, readonly Case[]> = {
  $literal: [
    [{ $literal: 'profile@id' }, 'profile@id'],
    [{ $literal: { $if: '{{', 'a?': null, $$x: ['`1`'] } }, { $if: '{{', 'a?': null, $$x: ['`1`'] }],
    [{ $literal: null }, null],
    [{ $literal: { '{ a }': null } }, { '{ a }': null }],
  ],
  $first: [
    [{ $first: [missing, nul, 'profile@f', 'profile@n'] }, false],
    [{ $first: [missing, 'profile@empty', 'x'] }, ''],
    [{ $first: [missing, { $lower: missing }, { $literal: 'last' }] }, 'last'],
    [{ $first: [nul] }, null],
    [{ $first: [] }, null],
  ],
  $if: [
    [{ $if: 'profile@n > 3', then: 'profile@id', else: 0 }, 'p1'],
    [{ $if: 'profile@n > 30', then: 'profile@id', else: 0 }, 0],
    [{ $if: 'profile@n > 30', then: 'profile@id' }, null],
    [{ $if: 'profile@missing > 3', then: 1, else: 2 }, 2],
    [{ $if: 'profile@text > 3', then: 1, else: 2 }, 2, 'CONDITION_TYPE_MISMATCH'],
    [{ $if: '', then: 1, else: 2 }, 1],
    [{ $if: 'profile@t == true', then: { a: { $if: 'profile@f == true', then: 1, else: 'profile@n' } } }, { a: 5 }],
  ],
  $switch: [
    [
      {
        $switch: [
          { when: 'profile@n > 10', then: 'big' },
          { when: 'profile@n > 3', then: 'middle' },
        ],
        else: 'small',
      },
      'middle',
    ],
    [{ $switch: [{ when: 'profile@n > 10', then: 'big' }], else: 'profile@id' }, 'p1'],
    [{ $switch: [{ when: 'profile@n > 10', then: 'big' }] }, null],
    [
      {
        $switch: [
          { when: 'profile@missing > 1', then: 1 },
          { when: 'profile@nul > 1', then: 2 },
        ],
        else: 3,
      },
      3,
      'CONDITION_NULL_OPERAND',
    ],
    [{ $switch: [] }, null],
  ],
  $each: [
    [{ $each: 'event@properties.items', map: 'item@sku' }, ['a', 'b', 'c']],
    [
      {
        $each: 'event@properties.items',
        as: 'line',
        where: 'line@price > 5',
        map: { s: 'line@sku', i: 'index@...', p: 'profile@id' },
      },
      [{ s: 'b', i: 1, p: 'p1' }],
      'CONDITION_TYPE_MISMATCH',
    ],
    [{ $each: 'event@properties.items', where: 'index@... < 1' }, [{ sku: 'a', price: 5, tags: ['x', 'y'] }]],
    [
      {
        $each: 'event@properties.items',
        map: { $each: 'item@tags', as: 'tag', map: '{{item@sku}}{{tag@...}}{{index@...}}' },
      },
      [['ax0', 'ay1'], null, null],
    ],
    [{ $each: ['profile@n', 7], map: '`{{item@...}}0`' }, [50, 70]],
    [{ $each: 'profile@obj', map: 'item@a' }, [1]],
    [{ $each: 'profile@n' }, [5]],
    [{ $each: 'profile@elist', map: 'item@a' }, []],
    [{ $each: nul, map: 'item@a' }, null],
    [{ $each: missing, map: 'item@a' }, null],
  ],
  $merge: [
    [{ $merge: ['profile@obj', 'profile@more', { f: 'profile@n' }] }, { a: 1, b: 3, c: { d: 2 }, e: 4, f: 5 }],
    [{ $merge: [missing, nul, 'profile@more'] }, { b: 3, e: 4 }],
    [{ $merge: [missing] }, {}],
    [{ $merge: ['profile@more', 'profile@list'] }, null, 'MAPPING_WRONG_TYPE'],
    [{ $merge: ['profile@more', 'profile@n'] }, null, 'MAPPING_WRONG_TYPE'],
  ],
  $pick: [
    [
      { $pick: 'profile@obj', keys: ['c', 'a', 'z', 'toString'] },
      { c: { d: 2 }, a: 1 },
    ],
    [{ $pick: missing, keys: ['a'] }, null],
    [{ $pick: nul, keys: ['a'] }, null],
    [{ $pick: 'profile@list', keys: ['0'] }, null, 'MAPPING_WRONG_TYPE'],
    [{ $pick: 'profile@id', keys: ['length'] }, null, 'MAPPING_WRONG_TYPE'],
  ],
  $omit: [
    [
      { $omit: 'profile@obj', keys: ['c', 'z'] },
      { a: 1, b: null },
    ],
    [{ $omit: 'profile@proto', keys: ['__proto__', 'constructor'] }, { ok: 2 }],
    [{ $omit: missing, keys: [] }, null],
    [{ $omit: nul, keys: [] }, null],
    [{ $omit: 'profile@n', keys: [] }, null, 'MAPPING_WRONG_TYPE'],
  ],
  $join: [
    [{ $join: 'profile@list', with: '-' }, 'a--3-true-{"x":1}'],
    [{ $join: ['profile@id', missing, 'x'], with: '' }, 'p1x'],
    [{ $join: ['a', 'b'] }, 'a,b'],
    [{ $join: 'profile@elist', with: ',' }, ''],
    [{ $join: missing, with: ',' }, null],
    [{ $join: nul, with: ',' }, null],
    [{ $join: 'profile@id', with: ',' }, null, 'MAPPING_WRONG_TYPE'],
  ],
  texts: [
    [{ $lower: 'profile@text' }, '  hello world '],
    [{ $upper: '{{profile@id}}x' }, 'P1X'],
    [{ $trim: 'profile@text' }, 'Hello World'],
    [{ $replace: 'a.b.c$&', find: '.', with: '$&' }, 'a$&b$&c$&'],
    [{ $replace: 'profile@text', find: 'o' }, '  Hell Wrld '],
    ...['$lower', '$upper', '$trim'].flatMap((name): Case[] => [
      [{ [name]: missing }, null],
      [{ [name]: nul }, null],
      [{ [name]: 'profile@n' }, null, 'MAPPING_WRONG_TYPE'],
      [{ [name]: 'profile@list' }, null, 'MAPPING_WRONG_TYPE'],
    ]),
    [{ $replace: missing, find: 'a', with: '' }, null],
    [{ $replace: nul, find: 'a', with: '' }, null],
    [{ $replace: 'profile@t', find: 't', with: '' }, null, 'MAPPING_WRONG_TYPE'],
  ],
  $number: [
    [{ $number: ' +12.5 ' }, 12.5],
    [{ $number: '007' }, 7],
    [{ $number: '.5' }, 0.5],
    [{ $number: 'profile@n' }, 5],
    [{ $number: 'profile@t' }, 1],
    [{ $number: 'profile@f' }, 0],
    [{ $number: missing }, null],
    [{ $number: nul }, null],
    ...['', ' ', '0x10', '1,5', 'Infinity', '1e999', '12px'].map((text): Case => [
      { $number: text },
      null,
      'MAPPING_WRONG_TYPE',
    ]),
    [{ $number: 'profile@obj' }, null, 'MAPPING_WRONG_TYPE'],
  ],
  $string: [
    [{ $string: 'profile@n' }, '5'],
    [{ $string: 'profile@f' }, 'false'],
    [{ $string: 'profile@id' }, 'p1'],
    [{ $string: 'profile@more' }, null, 'MAPPING_WRONG_TYPE'],
    [{ $string: 'profile@elist' }, null, 'MAPPING_WRONG_TYPE'],
    [{ $string: missing }, null],
    [{ $string: nul }, null],
  ],
  $boolean: [
    [{ $boolean: 'TRUE' }, true],
    [{ $boolean: ' false ' }, false],
    [{ $boolean: 1 }, true],
    [{ $boolean: '0' }, false],
    [{ $boolean: 'profile@f' }, false],
    [{ $boolean: missing }, null],
    [{ $boolean: nul }, null],
    [{ $boolean: 'profile@n' }, null, 'MAPPING_WRONG_TYPE'],
    [{ $boolean: 'profile@empty' }, null, 'MAPPING_WRONG_TYPE'],
    [{ $boolean: 'profile@elist' }, null, 'MAPPING_WRONG_TYPE'],
  ],
  $date: [
    [{ $date: 'profile@date', format: 'iso' }, '2024-01-10T10:00:00.000Z'],
    [{ $date: 'profile@date' }, '2024-01-10T10:00:00.000Z'],
    [{ $date: '2024-01-10T10:00:00.1239+02:00', format: 'iso' }, '2024-01-10T08:00:00.123Z'],
    [{ $date: 'profile@date', format: 'unix' }, 1704880800],
    [{ $date: 'profile@date', format: 'unix-ms' }, 1704880800000],
    [{ $date: 'profile@date', format: 'date' }, '2024-01-10'],
    [{ $date: 'profile@seconds', format: 'iso' }, '2024-01-10T10:00:00.000Z'],
    [{ $date: 'profile@ms', format: 'iso' }, '2024-01-10T10:00:00.000Z'],
    [{ $date: 100000000000, format: 'iso' }, '5138-11-16T09:46:40.000Z'],
    [{ $date: 100000000001, format: 'iso' }, '1973-03-03T09:46:40.001Z'],
    [{ $date: -1, format: 'iso' }, '1969-12-31T23:59:59.000Z'],
    [{ $date: 1000, from: 'unix-ms', format: 'iso' }, '1970-01-01T00:00:01.000Z'],
    [{ $date: 'profile@ms', from: 'unix', format: 'iso' }, '+055995-07-10T16:00:00.000Z'],
    [{ $date: '1704880800', from: 'unix', format: 'date' }, '2024-01-10'],
    [{ $date: 'profile@date', format: 'iso', timezone: 'Europe/Paris' }, '2024-01-10T11:00:00.000+01:00'],
    [{ $date: '2024-07-10T10:00:00', format: 'iso', timezone: 'Europe/Paris' }, '2024-07-10T12:00:00.000+02:00'],
    [{ $date: 'profile@date', format: 'iso', timezone: 'profile@zone' }, '2024-01-10T05:00:00.000-05:00'],
    [{ $date: 'profile@date', format: 'iso', timezone: '-03:30' }, '2024-01-10T06:30:00.000-03:30'],
    [{ $date: 'profile@date', format: 'iso', timezone: 'UTC' }, '2024-01-10T10:00:00.000Z'],
    [{ $date: '2024-01-10T23:30:00', format: 'date', timezone: 'Asia/Tokyo' }, '2024-01-11'],
    [{ $date: 'profile@date', format: 'iso', timezone: missing }, '2024-01-10T10:00:00.000Z'],
    [{ $date: missing, format: 'iso' }, null],
    [{ $date: nul, format: 'iso' }, null],
    [{ $date: 'profile@text', format: 'iso' }, null, 'MAPPING_UNREADABLE_DATE'],
    [{ $date: '2023-02-29', format: 'iso' }, null, 'MAPPING_UNREADABLE_DATE'],
    [{ $date: '1704880800', format: 'iso' }, null, 'MAPPING_UNREADABLE_DATE'],
    [{ $date: 'profile@t', format: 'iso' }, null, 'MAPPING_UNREADABLE_DATE'],
    [{ $date: 1e300, format: 'unix' }, null, 'MAPPING_DATE_RANGE'],
    [{ $date: 'profile@date', format: 'iso', timezone: 'profile@id' }, null, 'MAPPING_UNKNOWN_TIME_ZONE'],
    [{ $date: 'profile@date', format: 'iso', timezone: 'profile@n' }, null, 'MAPPING_UNKNOWN_TIME_ZONE'],
  ],
  $hash: [
    [{ $hash: 'profile@id', algorithm: 'sha256', normalize: 'none', encoding: 'hex' }, sha256('p1')],
    [{ $hash: 'profile@email', normalize: 'email' }, sha256('jo@example.com')],
    [{ $hash: 'profile@email' }, sha256(' Jo@Example.COM ')],
    [{ $hash: 'profile@phone', normalize: 'phone', encoding: 'base64' }, sha256('+3361234', 'base64')],
    [{ $hash: 3361234, normalize: 'phone' }, sha256('+3361234')],
    [{ $hash: 'é' }, sha256('é')],
    [{ $hash: '' }, sha256('')],
    [{ $hash: '  ', normalize: 'email' }, null, 'MAPPING_NOTHING_TO_HASH'],
    [{ $hash: 'none', normalize: 'phone' }, null, 'MAPPING_NOTHING_TO_HASH'],
    [{ $hash: missing, normalize: 'email' }, null],
    [{ $hash: nul, normalize: 'email' }, null],
    [{ $hash: 'profile@t' }, null, 'MAPPING_WRONG_TYPE'],
    [{ $hash: 'profile@obj' }, null, 'MAPPING_WRONG_TYPE'],
  ],
  json: [
    [{ $json: { a: 'profile@n', b: [nul, 'é"'] } }, '{"a":5,"b":[null,"é\\""]}'],
    [{ $json: 'profile@id' }, '"p1"'],
    [{ $json: nul }, 'null'],
    [{ $json: missing }, null],
    [{ $parse: 'profile@json' }, { a: [1, null] }],
    [{ $parse: '5' }, 5],
    [{ $parse: 'profile@text' }, null, 'MAPPING_UNREADABLE_JSON'],
    [{ $parse: '' }, null, 'MAPPING_UNREADABLE_JSON'],
    [{ $parse: 'profile@n' }, null, 'MAPPING_WRONG_TYPE'],
    [{ $parse: missing }, null],
    [{ $parse: nul }, null],
  ],
  $now: [
    [{ $now: 'iso' }, '2026-03-29T01:30:00.250Z'],
    [{ $now: 'iso', timezone: 'Europe/Paris' }, '2026-03-29T03:30:00.250+02:00'],
    [{ $now: 'unix' }, 1774747800],
    [{ $now: 'unix-ms' }, 1774747800250],
    [{ $now: 'date', timezone: 'America/Los_Angeles' }, '2026-03-28'],
  ],
  $uuid: [
    // The same as Python's uuid.uuid5(uuid.NAMESPACE_URL, …) gives.
    [{ $uuid: 'v5', of: ['http://www.example.com/'] }, 'fcde3c85-2270-590f-9e7c-ee003d65e0e2'],
    [{ $uuid: 'v5', of: 'http://www.example.com/' }, 'fcde3c85-2270-590f-9e7c-ee003d65e0e2'],
    [{ $uuid: 'v5', of: [missing, nul] }, null, 'MAPPING_NOTHING_TO_NAME'],
    [{ $uuid: 'v5' }, null, 'MAPPING_NOTHING_TO_NAME'],
  ],
};

describe.each(Object.entries(cases))('%s', (_title, rows) => {
  test.each(rows.map((row) => [JSON.stringify(row[0]), row] as const))('%s', (_text, [mapping, expected, code]) => {
    const { value, diagnostics } = run(mapping);
    expect(value).toStrictEqual(expected);
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual(code === undefined ? [] : [code]);
  });
});

test.each([
  [{ $lower: missing }],
  [{ $number: missing }],
  [{ $string: missing }],
  [{ $boolean: missing }],
  [{ $date: missing }],
  [{ $hash: missing }],
  [{ $json: missing }],
  [{ $parse: missing }],
  [{ $join: missing }],
  [{ $pick: missing, keys: [] }],
  [{ $omit: missing, keys: [] }],
  [{ $each: missing }],
  [{ $first: [missing, nul] }],
  [{ $switch: [] }],
])('%j of something missing is missing', (mapping) => {
  expect(isLeftOut(mapping)).toBe(true);
});

test.each([[{ $lower: nul }], [{ $lower: 'profile@n' }], [{ $each: nul }], [{ $merge: [] }], [{ $uuid: 'v5' }]])(
  '%j is not missing',
  (mapping) => {
    expect(isLeftOut(mapping)).toBe(false);
  },
);

test('a diagnostic says the place and the types, and no value', () => {
  const diagnostics: Diagnostic[] = [];
  const mapping = { 'a/b': [{ $lower: 'profile@n' }], c: { $if: 'profile@text > 3', then: 1 } };
  compileMapping(mapping).apply(scope, { now: NOW, diagnostics });
  expect(diagnostics).toEqual([
    {
      code: 'MAPPING_WRONG_TYPE',
      message: '`$lower` gives null: it takes a text, and this is a number.',
      position: 0,
      pointer: '/a~1b/0/$lower',
    },
    {
      code: 'CONDITION_TYPE_MISMATCH',
      message: "`>` can't be decided: `profile@text` is a text, `3` is a number.",
      position: 0,
      pointer: '/c/$if',
    },
  ]);
});

test.each([
  [{ $merge: ['profile@proto', { more: 1 }] }, { constructor: 1, ok: 2, more: 1 }],
  [{ $omit: 'profile@proto', keys: ['ok'] }, { constructor: 1 }],
  [{ $parse: '[{"__proto__":{"evil":true},"a":{"\\u005f_proto__":1,"ok":2}}]' }, [{ a: { ok: 2 } }]],
])('a member named __proto__ is left out and changes no prototype: %j', (mapping, expected) => {
  const { value, diagnostics } = run(mapping);
  expect(Object.getPrototypeOf(value)).toBe(Array.isArray(value) ? Array.prototype : Object.prototype);
  expect(JSON.stringify(value)).toBe(JSON.stringify(expected));
  expect(diagnostics).toEqual([]);
});

describe('$parse of deep text', () => {
  const nested = (levels: number): string => `${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`;
  test('gives 500 levels', () => {
    const { value, diagnostics } = run({ $parse: nested(500) });
    expect(JSON.stringify(value)).toBe(nested(500));
    expect(diagnostics).toEqual([]);
  });
  test.each([502, 1_000_000])('and null for %d', (levels) => {
    const { value, diagnostics } = run({ $parse: nested(levels) });
    expect(value).toBeNull();
    expect(diagnostics).toMatchObject([
      { code: 'MAPPING_UNREADABLE_JSON', message: expect.stringContaining('500 levels') as string },
    ]);
  });
});

test('a time zone may come from another directive', () => {
  const timezone = { $first: ['profile@missing', 'profile@zone'] };
  expect(run({ $date: 'profile@seconds', timezone }).value).toMatch(/-05:00$/);
});

describe('$uuid', () => {
  const uuid = (of: unknown): unknown => run({ $uuid: 'v5', of }).value;
  test('of several values is the same every time, and another one for other values', () => {
    const ids = [
      uuid(['a', 'b']),
      uuid(['ab', '']),
      uuid(['a', missing]),
      uuid(['a']),
      uuid(['a', '']),
      uuid([1, 'b']),
      uuid(['1', 'b']),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    expect(uuid(['a', 'b'])).toBe(ids[0]);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
  test('without `of` is made of the id of the envelope', () => {
    expect(run({ $uuid: 'v5' }, 'e1').value).toBe(uuid(['e1']));
  });
});

test('a time that is none gives null', () => {
  const diagnostics: Diagnostic[] = [];
  expect(compileMapping({ $now: 'iso' }).apply({}, { now: Number.NaN, diagnostics })).toBeNull();
  expect(diagnostics).toMatchObject([{ code: 'MAPPING_DATE_RANGE' }]);
});

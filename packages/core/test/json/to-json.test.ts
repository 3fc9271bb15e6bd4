import { toJson } from '@dest/core';

class Money {
  constructor(readonly amount: number) {}
  toJSON(): unknown {
    return { cents: this.amount * 100 };
  }
}

test.each<[string, unknown, unknown]>([
  ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
  ['a date that is none', new Date(NaN), null],
  ['a big integer', 12345678901234567890n, '12345678901234567890'],
  [
    'a map',
    new Map<unknown, unknown>([
      ['a', 1],
      [2, new Map()],
    ]),
    { a: 1, 2: {} },
  ],
  ['a set', new Set([1, 'a', undefined]), [1, 'a', null]],
  ['what knows its JSON', { price: new Money(5) }, { price: { cents: 500 } }],
  ['numbers that JSON lacks', [NaN, Infinity, -0], [null, null, 0]],
  ['what JSON leaves out', { a: undefined, b: () => 1, c: Symbol('x') }, {}],
  ['nothing at all', undefined, null],
  ['boxed values', [Object('text'), Object(5), Object(false)], ['text', 5, false]],
  ['a sparse list', [1, , 3], [1, null, 3]], // eslint-disable-line no-sparse-arrays
  ['bytes', Buffer.from('a'), { type: 'Buffer', data: [97] }],
])('%s', (_name, value, expected) => {
  expect(JSON.parse(JSON.stringify(toJson(value)))).toEqual(expected);
});

test('__proto__ stays a property, and no prototype is touched', () => {
  const plain = toJson(JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}'));
  expect(JSON.stringify(plain)).toBe('{"__proto__":{"polluted":true},"constructor":1}');
  expect(Object.getPrototypeOf(plain)).toBe(Object.prototype);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test('the result shares nothing with the input, which stays as it was', () => {
  const input = { list: [{ a: 1 }] };
  const plain = toJson(input) as typeof input;
  plain.list[0]!.a = 2;
  expect(input).toEqual({ list: [{ a: 1 }] });
});

test('the same object twice is no cycle', () => {
  const shared = { a: 1 };
  expect(toJson({ left: shared, right: shared })).toEqual({ left: { a: 1 }, right: { a: 1 } });
});

test('a cycle is refused with its path', () => {
  const cycle: Record<string, unknown> = { name: 'top' };
  cycle['inner'] = { list: [cycle] };
  expect(() => toJson(cycle)).toThrow(
    expect.objectContaining({ code: 'JSON_CYCLE', message: expect.stringContaining('at inner.list') }),
  );
});

test('10,000 levels are refused, 400 are not', () => {
  const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
  expect(() => toJson(nested(10_000))).toThrow(expect.objectContaining({ code: 'JSON_TOO_DEEP' }));
  expect(JSON.stringify(toJson(nested(400)))).toHaveLength(800);
});

test('a getter that throws is refused', () => {
  const odd = { get value(): never { throw new Error('no'); } }; // prettier-ignore
  expect(() => toJson({ odd })).toThrow(expect.objectContaining({ code: 'JSON_UNREADABLE' }));
});

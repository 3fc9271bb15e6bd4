import { PermanentError, toJson } from '@dest/core';

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

const fail = (): never => {
  throw new Error('no');
};

const thrower = (thrown: unknown) => (): never => {
  throw thrown;
};

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

test.each<[string, unknown, string]>([
  ['a getter that throws', { odd: { get value() { return fail(); } } }, 'The value at a.odd.value throws'], // prettier-ignore
  ['an element that throws', Object.defineProperty([1, 2], 1, { get: fail }), 'The value at a.1 throws'],
  ['a toJSON that throws', { odd: { toJSON: fail } }, 'The value at a.odd throws'],
  ['a toJSON that throws when it is read', { odd: Object.defineProperty({}, 'toJSON', { get: fail }) }, 'a.odd throws'],
  ['a date whose toJSON throws', [Object.assign(new Date(0), { toJSON: fail })], 'The value at a.0 throws'],
  ['a map that throws', { odd: Object.assign(new Map(), { entries: fail }) }, 'The value at a.odd throws'],
  ['a set that throws', { odd: Object.assign(new Set(), { [Symbol.iterator]: fail }) }, 'The value at a.odd throws'],
  ['a key that is a symbol', { odd: new Map([[Symbol('x'), 1]]) }, 'The value at a.odd has a symbol as a key'],
  [
    'a key that can not be a text',
    { odd: new Map([[Object.create(null), 1]]) },
    'The value at a.odd has a key that can not be a text',
  ],
  ['a proxy that was revoked', [revoked()], 'The value at a.0 throws'],
  ['a boxed text that throws', { odd: Object.assign(Object('text'), { valueOf: fail }) }, 'The value at a.odd throws'],
  ['what throws something hostile', { odd: { toJSON: thrower(revoked()) } }, 'The value at a.odd throws'],
  ['what throws nothing', { odd: { toJSON: thrower(undefined) } }, 'The value at a.odd throws'],
  [
    'what throws an error of the contract',
    { odd: { toJSON: thrower(new PermanentError('no', { code: 'JSON_CYCLE' })) } },
    'The value at a.odd throws',
  ],
])('%s is refused with its path', (_name, odd, message) => {
  expect(() => toJson({ before: { list: [1] }, a: odd })).toThrow(
    expect.objectContaining({
      name: 'PermanentError',
      code: 'JSON_UNREADABLE',
      message: expect.stringContaining(message),
    }),
  );
});

test('what is refused at the top has no path', () => {
  expect(() => toJson(revoked())).toThrow("The value throws when it is read; JSON can't hold it.");
});

test('what answers with itself to toJSON is read by its members', () => {
  const calls: unknown[] = [];
  class Self {
    readonly a = 1;
    toJSON(key: string): this {
      calls.push(key);
      return this;
    }
  }
  expect(toJson({ self: new Self() })).toEqual({ self: { a: 1 } });
  expect(calls).toEqual(['self']);
});

test('what contains itself is a cycle, however it answers to toJSON', () => {
  const inner: Record<string, unknown> = { toJSON: () => inner };
  inner['again'] = [inner];
  expect(() => toJson({ inner })).toThrow(
    expect.objectContaining({ code: 'JSON_CYCLE', message: expect.stringContaining('at inner.again.0 contains') }),
  );
  const left = { toJSON: (): object => right };
  const right = { toJSON: (): object => left };
  expect(() => toJson(left)).toThrow(expect.objectContaining({ code: 'JSON_CYCLE' }));
});

test('a million elements, and a hundred thousand members', () => {
  const list = Array.from({ length: 1_000_000 }, (_, index) => ({ index }));
  expect(toJson(list)).toHaveLength(1_000_000);
  const members = Object.fromEntries(list.slice(0, 100_000).map((member, index) => [`m${index}`, member]));
  expect(Object.keys(toJson(members) as object)).toHaveLength(100_000);
});

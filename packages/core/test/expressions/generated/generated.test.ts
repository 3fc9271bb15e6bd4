import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { CompileContext } from '../../../src/expressions/conditions/compile-context';
import { compileCondition } from '../../../src/expressions/conditions/compile-condition';
import { compileTest } from '../../../src/expressions/conditions/compile-test';
import { parseCondition } from '../../../src/expressions/conditions/parse-condition';
import { printCondition } from '../../../src/expressions/conditions/print-condition';
import type { ConditionNode } from '../../../src/expressions/conditions/tree';
import type { Diagnostic } from '../../../src/expressions/diagnostic';
import { generateMake } from '../../../src/expressions/generated/generate-make';
import { generateTest } from '../../../src/expressions/generated/generate-test';
import { MappingWriter } from '../../../src/expressions/generated/mapping-writer';
import { compileMapping } from '../../../src/expressions/mappings/compile-mapping';
import { createCompiler } from '../../../src/expressions/mappings/create-compiler';
import type { Make } from '../../../src/expressions/mappings/make';
import { SCOPE_NAMES } from '../../../src/expressions/references/scope-names';
import type { Scope } from '../../../src/expressions/scope';
import { condition, scope } from '../conditions/arbitrary-condition';
import { fuzzRuns, FUZZ_TIMEOUT } from '../fuzz-runs';
import { mapping } from '../mappings/arbitrary-mapping';

const NOW = Date.parse('2024-01-10T10:00:00Z');

/** Trees of the tests that are written as code, more often than `condition` makes them. */
const writable: fc.Arbitrary<ConditionNode> = condition(['profile'], 3).map(keepWritable);

function keepWritable(node: ConditionNode): ConditionNode {
  switch (node.kind) {
    case 'and':
    case 'or':
      return { ...node, terms: node.terms.map(keepWritable) };
    case 'not':
      return { ...node, term: keepWritable(node.term) };
    default:
      return parseCondition(LEAVES[JSON.stringify(node).length % LEAVES.length] as string);
  }
}

const LEAVES = [
  'profile@a == 1',
  'profile@a.b != "a"',
  'profile@list == 2',
  'profile@a > 1',
  'profile@b <= 0',
  'profile@a.b >= 1',
  'profile@b EXISTS',
  'profile@a.a NOT EXISTS',
  'profile@b IS NULL',
  'profile@b != NULL',
  'profile@a IN [1, "a", null, true]',
  'profile@b NOT IN [0]',
  'profile@constructor EXISTS',
  'profile@list.0 == 1',
  'profile@list.length > 0',
  'profile@__proto__ EXISTS',
  'profile@__proto__.a == 1',
  'profile@... EXISTS',
  'payload@a EXISTS',
  'payload@... == 1',
];

function compileMake(value: unknown, missing: 'null' | 'omit' = 'null'): Make {
  return createCompiler({ missing, scopes: SCOPE_NAMES, warnings: [] }).compile(value, '');
}

function generate(make: Make): Make {
  const made = generateMake(make, () => 'failed');
  if (made === undefined) throw new Error('no code was made');
  return made;
}

test(
  'the code of a condition decides as the condition does, with the same diagnostics',
  () => {
    let generated = 0;
    fc.assert(
      fc.property(fc.oneof(writable, condition()), scope, (tree, values) => {
        const text = printCondition(tree);
        const parsed = parseCondition(text);
        const plain = compileTest(parsed, new CompileContext(text, undefined));
        const code = generateTest(parsed, plain, () => null);
        if (code === undefined) return;
        generated++;
        const expected: Diagnostic[] = [];
        const diagnostics: Diagnostic[] = [];
        expect(code(values, { now: NOW, diagnostics })).toBe(plain(values, { now: NOW, diagnostics: expected }));
        expect(diagnostics).toEqual(expected);
      }),
      fuzzRuns(1_500),
    );
    expect(generated).toBeGreaterThan(500);
  },
  FUZZ_TIMEOUT,
);

test(
  'the code of a mapping makes the same payload, with the same diagnostics',
  () => {
    fc.assert(
      fc.property(mapping, scope, fc.constantFrom('null' as const, 'omit' as const), (value, values, missing) => {
        const plain = compileMake(value, missing);
        const code = generate(plain);
        const expected: Diagnostic[] = [];
        const diagnostics: Diagnostic[] = [];
        const payload: unknown = plain(values, { now: NOW, diagnostics: expected }) ?? null;
        // Jest's own strict equality is misled by members named `constructor`.
        const made: unknown = code(values, { now: NOW, diagnostics });
        expect(isDeepStrictEqual(made, payload)).toBe(true);
        expect(JSON.stringify(made)).toBe(JSON.stringify(payload));
        expect(isDeepStrictEqual(code(values, { now: NOW }), payload)).toBe(true);
        expect(diagnostics).toEqual(expected);
      }),
      fuzzRuns(1_000),
    );
  },
  FUZZ_TIMEOUT,
);

describe('what is used often', () => {
  const values: Scope = { profile: { a: 5, b: 'x' } };
  test('is decided as before', () => {
    const often = compileCondition('profile@a > 3 AND profile@b == "x" OR profile@missing > 1');
    const before = often.evaluate;
    for (let round = 0; round < 12_000; round++) expect(often.evaluate(values, { now: NOW })).toBe(true);
    expect(often.evaluate).not.toBe(before);
    expect(before(values, { now: NOW })).toBe(true);
    expect(often.evaluate({ profile: { a: 5 } }, { now: NOW })).toBeNull();
  });
  test('is mapped as before', () => {
    const often = compileMapping({ a: 'profile@a', b: { $if: 'profile@a > 3', then: '{{profile@b}}!' } });
    const before = often.apply;
    for (let round = 0; round < 1_200; round++) expect(often.apply(values, { now: NOW })).toEqual({ a: 5, b: 'x!' });
    expect(often.apply).not.toBe(before);
    expect(before(values, { now: NOW })).toEqual({ a: 5, b: 'x!' });
  });
});

test('no text of a mapping or condition is in the code', () => {
  const hostile = `'"\`\${};throw 1;//\u2028\\`;
  const quoted = JSON.stringify(hostile);
  const make = compileMake({
    [hostile]: `profile@[${quoted}]`,
    [`${hostile}?`]: `${hostile}{{event@[${quoted}].x}}${hostile}`,
    a: { $if: `profile@[${quoted}] == ${quoted} OR profile@evil IN [${quoted}]`, then: hostile },
    b: { $each: 'event@evil', as: 'evilname', map: `evilname@[${quoted}]` },
  });
  const { source } = new MappingWriter().write(make);
  const words = new Set(source.match(/[A-Za-z]\w*/g)?.map((word) => word.replace(/^[kv]\d+$/, '#')));
  const allowed = [
    '#',
    'let',
    'const',
    'if',
    'else',
    'for',
    'break',
    'continue',
    'return',
    'typeof',
    'null',
    'undefined',
    'true',
    'object',
    'string',
  ];
  const used = [
    'scope',
    'run',
    'getPrototypeOf',
    'objectPrototype',
    'hasOwn',
    'isArray',
    'innerScope',
    'index',
    'length',
    'push',
    'includes',
    'has',
    'evaluate',
    'textOf',
  ];
  expect([...words].filter((word) => !allowed.includes(word) && !used.includes(word))).toEqual([]);
  expect(source).not.toMatch(/throw|evil|\\|`|\$|"/);
  const values = { profile: { [hostile]: hostile }, event: { [hostile]: { x: 1 }, evil: [{ [hostile]: 2 }] } };
  expect(generate(make)(values, { now: NOW })).toStrictEqual({
    [hostile]: `${hostile}1${hostile}`,
    a: hostile,
    b: [2],
  });
});

test('a polluted Object.prototype and inherited members show in no payload', () => {
  const code = generate(
    compileMake({ a: 'profile@polluted', b: 'profile@toString', c: 'profile@inherited', d: 'profile@a.polluted' }),
  );
  const inheriting = Object.assign(Object.create({ inherited: 1 }) as object, { a: {} });
  Object.defineProperty(Object.prototype, 'polluted', { value: 'yes', configurable: true });
  try {
    for (const profile of [{ a: {} }, inheriting, Object.assign(Object.create(null) as object, { a: [] })]) {
      expect(code({ profile }, { now: NOW })).toStrictEqual({ a: null, b: null, c: null, d: null });
    }
    expect(code({ profile: { polluted: 'yes', toString: 'own' } }, { now: NOW })).toMatchObject({ a: 'yes', b: 'own' });
  } finally {
    delete (Object.prototype as { polluted?: string }).polluted;
  }
});

test('elements of lists inside each other are told apart', () => {
  const make = compileMake({
    $each: 'event@lines',
    map: {
      sku: 'item@sku',
      parts: { $each: 'item@parts', map: { part: 'item@id', index: 'index@...', of: 'event@id' } },
      index: 'index@...',
    },
  });
  const values = {
    event: { id: 'e', lines: [{ sku: 'a', parts: [{ id: 1 }, { id: 2 }] }, { sku: 'b' }] },
    item: 'outer',
  };
  const expected = [
    {
      sku: 'a',
      parts: [
        { part: 1, index: 0, of: 'e' },
        { part: 2, index: 1, of: 'e' },
      ],
      index: 0,
    },
    { sku: 'b', parts: null, index: 1 },
  ];
  expect(generate(make)(values, { now: NOW })).toStrictEqual(expected);
  expect(make(values, { now: NOW })).toStrictEqual(expected);
});

test('a scope that throws when it is read gives what was agreed', () => {
  const profile = Object.defineProperty({}, 'a', {
    enumerable: true,
    get: () => {
      throw new Error('no');
    },
  });
  expect(generate(compileMake(['profile@a']))({ profile }, { now: NOW })).toBe('failed');
});

test('a large mapping is written in part and called for the rest', () => {
  const large = Array.from({ length: 2_000 }, (_, index) => ({ id: 'profile@a', index }));
  const make = compileMake(large);
  expect(new MappingWriter().write(make).source.length).toBeLessThan(300_000);
  expect(generate(make)({ profile: { a: 1 } }, { now: NOW })).toStrictEqual(
    large.map(({ index }) => ({ id: 1, index })),
  );
});

test('where code may not be made out of strings, everything works without it', () => {
  const { Function: allowed } = globalThis;
  globalThis.Function = class {
    constructor() {
      throw new EvalError('Code generation from strings disallowed for this context');
    }
  } as never;
  try {
    expect(generateMake(compileMake('profile@a'), () => null)).toBeUndefined();
    const mapping = compileMapping({ a: 'profile@a' });
    const often = compileCondition('profile@a == 1');
    for (let round = 0; round < 10_100; round++) {
      expect(mapping.apply({ profile: { a: 1 } }, { now: NOW })).toEqual({ a: 1 });
      expect(often.evaluate({ profile: { a: 1 } }, { now: NOW })).toBe(true);
    }
  } finally {
    globalThis.Function = allowed;
  }
});

describe('long things are read by functions, so that code stays as short as what it was written for', () => {
  const length = (mapping: unknown): number => new MappingWriter().write(compileMake(mapping)).source.length;
  test('long paths', () => {
    const path = Array.from({ length: 8_000 }, (_, index) => `s${index}`);
    const long = `profile@${path.join('.')}`;
    expect(length(long)).toBeLessThan(1_000);
    const profile = path.reduceRight<unknown>((value, key) => ({ [key]: value }), 'deep');
    expect(generate(compileMake(long))({ profile }, { now: NOW })).toBe('deep');
    const seventeen = path.slice(0, 17).join('.');
    expect(generate(compileMake(`profile@${seventeen}.x`))({ profile }, { now: NOW })).toBeNull();
  });
  test('templates of many references', () => {
    const template = '{{profile@a}}{{payload@a}}'.repeat(5_000);
    expect(length(template)).toBeLessThan(1_000);
    const made = generate(compileMake([template, '{{profile@a}}'.repeat(64)]))({ profile: { a: 1 } }, { now: NOW });
    expect(made).toEqual(['1'.repeat(5_000), '1'.repeat(64)]);
  });
});

test('zeros of both signs are told apart', () => {
  expect(generate(compileMake([0, -0, 0, -0]))({}, { now: NOW })).toStrictEqual([0, -0, 0, -0]);
});

test('scopes of workflows and `__proto__` are missing in code too', () => {
  const profile: unknown = JSON.parse('{"__proto__":{"x":1},"a":{"__proto__":2}}');
  const values: Scope = { payload: { x: 1 }, memory: 1, profile };
  const mapping = ['payload@x', 'payload@...', 'memory@...', 'profile@__proto__.x', 'profile@a["__proto__"]'];
  const code = generate(compileMake([...mapping, '{{payload@x}}', { $if: 'payload@x == 1', then: 1, else: 2 }]));
  expect(code(values, { now: NOW })).toStrictEqual([null, null, null, null, null, '', 2]);
});

test('code of a condition reads a scope of workflows where the caller names it', () => {
  const often = compileCondition('payload@x == 1', { scopes: ['payload'] });
  const before = often.evaluate;
  for (let round = 0; round < 10_100; round++) expect(often.evaluate({ payload: { x: 1 } }, { now: NOW })).toBe(true);
  expect(often.evaluate).not.toBe(before);
});

import { parse } from 'yaml';
import { failureOf } from '../../../src/errors/failure';
import { compileMapping } from '../../../src/expressions/mappings/compile-mapping';
import { MappingError } from '../../../src/expressions/mappings/mapping-error';
import { explainYamlSlip } from '../../../src/expressions/mappings/yaml-slip';

function refusal(mapping: unknown): MappingError {
  try {
    compileMapping(mapping);
  } catch (error) {
    if (error instanceof MappingError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(mapping)} compiles`);
}

/** A mapping, the code and the pointer of its error, and what the message must say. */
const refusals: readonly (readonly [mapping: unknown, code: string, pointer: string, hint: string])[] = [
  [{ a: 'profile@' }, 'MAPPING_BAD_REFERENCE', '/a', '$literal'],
  [{ a: ['profile@a..b'] }, 'MAPPING_BAD_REFERENCE', '/a/0', 'after the dot'],
  [{ a: 'profile@a["b' }, 'MAPPING_BAD_REFERENCE', '/a', 'never closed'],
  [{ a: '`profile@a/b`' }, 'MAPPING_BAD_REFERENCE', '/a', 'nothing may follow'],
  [{ a: '{{profle@id}}' }, 'MAPPING_BAD_TEMPLATE', '/a', 'Did you mean `profile@`?'],
  [{ a: 'Hello {{name}}' }, 'MAPPING_BAD_TEMPLATE', '/a', '{{profile@id}}'],
  [{ a: 'Hello {{}}' }, 'MAPPING_BAD_TEMPLATE', '/a', '$literal'],
  [{ a: '{{profile@id' }, 'MAPPING_BAD_TEMPLATE', '/a', 'never closed'],
  [{ a: '{{profile@id | upper}}' }, 'MAPPING_BAD_TEMPLATE', '/a', '}} is expected'],
  [{ a: '{{profile@.id}}' }, 'MAPPING_BAD_TEMPLATE', '/a', 'a path is expected'],
  [JSON.parse('{"a":{"__proto__":1}}'), 'MAPPING_PROTOTYPE_KEY', '/a/__proto__', 'prototypes'],
  [{ 'constructor?': 1 }, 'MAPPING_PROTOTYPE_KEY', '/constructor?', 'Take another name'],
  [[{ prototype: 1 }], 'MAPPING_PROTOTYPE_KEY', '/0/prototype', 'prototypes'],
  [
    { $literal: { a: JSON.parse('{"__proto__":1}') as unknown } },
    'MAPPING_PROTOTYPE_KEY',
    '/$literal/a/__proto__',
    'prototypes',
  ],
  [{ $pick: 'profile@...', keys: ['__proto__'] }, 'MAPPING_PROTOTYPE_KEY', '/keys', 'prototypes'],
  [{ 'a~/b': { $frist: [] } }, 'MAPPING_UNKNOWN_DIRECTIVE', '/a~0~1b/$frist', 'did you mean `$first`?'],
  [{ a: { $set: 1 } }, 'MAPPING_UNKNOWN_DIRECTIVE', '/a/$set', '`$$set`'],
  [{ a: { $constructor: 1 } }, 'MAPPING_UNKNOWN_DIRECTIVE', '/a/$constructor', 'known are'],
  [{ a: { '$first?': [] } }, 'MAPPING_UNKNOWN_DIRECTIVE', '/a/$first?', '$first'],
  [{ $if: '', then: 1, $first: [] }, 'MAPPING_TWO_DIRECTIVES', '/$first', '`$$first`'],
  [{ $lower: 'x', with: 1 }, 'MAPPING_UNKNOWN_OPTION', '/with', 'it has none'],
  [{ $hash: 'x', normalise: 'email' }, 'MAPPING_UNKNOWN_OPTION', '/normalise', '`normalize`'],
  [{ $first: 'profile@a' }, 'MAPPING_BAD_OPTION', '/$first', 'takes a list'],
  [{ $merge: { a: 1 } }, 'MAPPING_BAD_OPTION', '/$merge', 'takes a list, not an object'],
  [{ $if: 'profile@a == 1' }, 'MAPPING_BAD_OPTION', '/$if', '`then`'],
  [{ $if: true, then: 1 }, 'MAPPING_BAD_OPTION', '/$if', 'condition in quotes'],
  [{ $switch: [{ when: 'profile@a == 1' }] }, 'MAPPING_BAD_OPTION', '/$switch/0', '"then"'],
  [{ $switch: [{ when: '', then: 1, else: 2 }] }, 'MAPPING_BAD_OPTION', '/$switch/0', 'nothing else'],
  [
    {
      $switch: [
        { when: '', then: 1 },
        { when: null, then: 1 },
      ],
    },
    'MAPPING_BAD_OPTION',
    '/$switch/1/when',
    'condition in quotes',
  ],
  [{ $each: 'event@a', as: 'profile' }, 'MAPPING_BAD_OPTION', '/as', "no scope's name"],
  [{ $each: 'event@a', as: 'index' }, 'MAPPING_BAD_OPTION', '/as', '`index`'],
  [{ $each: 'event@a', as: '__proto__' }, 'MAPPING_BAD_OPTION', '/as', 'letters'],
  [{ $each: 'event@a', where: 5 }, 'MAPPING_BAD_OPTION', '/where', 'condition in quotes'],
  [{ $pick: 'profile@...' }, 'MAPPING_BAD_OPTION', '/$pick', '`keys`'],
  [{ $omit: 'profile@...', keys: [1] }, 'MAPPING_BAD_OPTION', '/keys', 'names in quotes'],
  [{ $join: 'profile@a', with: 1 }, 'MAPPING_BAD_OPTION', '/with', 'a text'],
  [{ $replace: 'a', with: 'b' }, 'MAPPING_BAD_OPTION', '/$replace', '`find`'],
  [{ $replace: 'a', find: '' }, 'MAPPING_BAD_OPTION', '/find', '`find`'],
  [{ $date: 'x', format: 'rfc' }, 'MAPPING_BAD_OPTION', '/format', '"unix-ms"'],
  [{ $date: 'x', from: 'iso' }, 'MAPPING_BAD_OPTION', '/from', '"unix"'],
  [{ $date: 'x', timezone: 'Mars' }, 'MAPPING_BAD_OPTION', '/timezone', 'Europe/Paris'],
  [{ $date: 'x', timezone: 5 }, 'MAPPING_BAD_OPTION', '/timezone', 'a text, not a number'],
  [{ $date: 'x', timezone: null }, 'MAPPING_BAD_OPTION', '/timezone', 'a text, not null'],
  [{ $now: 'iso', timezone: { a: 'UTC' } }, 'MAPPING_BAD_OPTION', '/timezone', 'a text, not an object'],
  [{ $hash: 'x', algorithm: 'md5' }, 'MAPPING_BAD_OPTION', '/algorithm', '"sha256"'],
  [{ $hash: 'x', encoding: 1 }, 'MAPPING_BAD_OPTION', '/encoding', 'not a number'],
  [{ $now: 'rfc' }, 'MAPPING_BAD_OPTION', '/$now', '"iso"'],
  [{ $uuid: 'v4' }, 'MAPPING_BAD_OPTION', '/$uuid', '"v5"'],
  [{ $uuid: 'v5', of: [] }, 'MAPPING_BAD_OPTION', '/of', 'at least one'],
  [{ a: undefined }, 'MAPPING_NOT_JSON', '/a', 'of type undefined'],
  [{ a: [() => 1] }, 'MAPPING_NOT_JSON', '/a/0', 'of type function'],
  [{ a: Number.NaN }, 'MAPPING_NOT_JSON', '/a', 'NaN'],
  [{ a: new Date(0) }, 'MAPPING_NOT_JSON', '/a', 'class Date'],
  [new Map(), 'MAPPING_NOT_JSON', '', 'class Map'],
];

test.each(refusals.map((row) => [JSON.stringify(row[0]), row] as const))(
  '%s',
  (_text, [mapping, code, pointer, hint]) => {
    const error = refusal(mapping);
    expect({ code: error.code, pointer: error.pointer }).toEqual({ code, pointer });
    expect(error.message).toContain(hint);
    expect(failureOf(error)).toMatchObject({ retry: 'configuration', scope: 'destination' });
  },
);

describe('what is no plain JSON', () => {
  const thrower = (): object =>
    Object.defineProperty({}, 'a', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
  const changing = (): object => {
    let reads = 0;
    return Object.defineProperty({}, 'a', {
      enumerable: true,
      get: () => {
        if (++reads > 1) throw new Error('no');
        return 1;
      },
    });
  };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const trap = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('no');
      },
    },
  );
  test.each([
    ['a getter that throws', thrower(), 'throws when it is read'],
    ['a getter that throws later', changing(), 'changes while it is read'],
    ['a Proxy', new Proxy({ a: 1 }, {}), 'a Proxy'],
    ['a Proxy of a list', new Proxy([1], {}), 'a Proxy'],
    ['a Proxy that throws', trap, 'a Proxy'],
    ['a revoked Proxy', revoked.proxy, 'a Proxy'],
  ])('%s', (_name, value, hint) => {
    const { code, message } = refusal(value);
    expect({ code, message }).toEqual({ code: 'MAPPING_NOT_JSON', message: expect.stringContaining(hint) as string });
  });
  test('has its place', () => {
    expect(refusal({ key: [thrower()] })).toMatchObject({ code: 'MAPPING_NOT_JSON', pointer: '/key/0' });
    expect(refusal({ key: [trap] })).toMatchObject({ code: 'MAPPING_NOT_JSON', pointer: '/key/0' });
  });
  test('options may be null, and an odd one is refused', () => {
    expect(compileMapping({}, null).apply({ event: 1 }, { now: 0 })).toEqual({ event: 1 });
    for (const missing of [1n, Symbol('x'), null, revoked.proxy]) {
      expect(() => compileMapping({}, { missing } as never)).toThrow(
        expect.objectContaining({ code: 'MAPPING_BAD_OPTION' }),
      );
    }
  });
});

describe('a fault inside a text', () => {
  test('of a template has its line and column', () => {
    expect(refusal({ a: 'Hello\n {{profle@id}}' })).toMatchObject({ pointer: '/a', line: 2, column: 4 });
  });
  test('of a condition keeps its code, with the place in the mapping', () => {
    const error = refusal({ items: { $each: 'event@items', where: 'item@price === 1' } });
    expect(error).toMatchObject({ code: 'CONDITION_FOREIGN_OPERATOR', pointer: '/items/where', line: 1, column: 12 });
    expect(error.message).toBe(
      'Mapping /items/where, line 1, column 12: `===` is not known here: write `==`; it never converts types here.',
    );
  });
  test('elsewhere there is no line', () => {
    expect(refusal({ $first: 1 })).toMatchObject({ line: undefined, column: undefined });
  });
  test('names of elements are known inside `$each` only', () => {
    expect(() =>
      compileMapping({ $each: 'event@a', as: 'line', where: 'line@b == index@...', map: '{{line@a}}' }),
    ).not.toThrow();
    expect(refusal({ a: { $each: 'event@a', map: 'item@a' }, b: '{{item@a}}' })).toMatchObject({ pointer: '/b' });
  });
});

describe('limits', () => {
  const nest = (levels: number, inner: unknown): unknown => {
    let value = inner;
    for (let level = 0; level < levels; level++) value = level % 2 === 0 ? { a: value } : [value];
    return value;
  };
  test('64 levels', () => {
    expect(() => compileMapping(nest(64, 'profile@id'))).not.toThrow();
    expect(refusal(nest(65, 'profile@id')).code).toBe('MAPPING_TOO_DEEP');
    expect(refusal({ $literal: nest(64, 1) }).code).toBe('MAPPING_TOO_DEEP');
    expect(refusal(nest(100_000, 1)).code).toBe('MAPPING_TOO_DEEP');
  });
  test('10,000 values', () => {
    const list = (length: number): unknown => ({ a: Array.from({ length }, () => 'profile@id') });
    expect(() => compileMapping(list(9_998))).not.toThrow();
    expect(refusal(list(9_999)).code).toBe('MAPPING_TOO_LARGE');
    expect(refusal(Array.from({ length: 200 }, () => Array.from({ length: 60 }, () => ({})))).code).toBe(
      'MAPPING_TOO_LARGE',
    );
  });
  test('an object that contains itself', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    expect(refusal(cycle).code).toBe('MAPPING_TOO_DEEP');
  });
});

describe('YAML without quotes', () => {
  test.each([
    ['a: {{profile@id}}', '/a'],
    ['a: {{ profile@id }}', '/a'],
    ['a:\n  - {{profile@id}}', '/a/0'],
    ['{{profile@id}}: x', ''],
    ['a: {{profile@id}, b: 2}', '/a'],
  ])('%s', (yaml, pointer) => {
    const error = refusal(parse(yaml, { logLevel: 'silent' }));
    expect(error).toMatchObject({ code: 'MAPPING_UNQUOTED_TEMPLATE', pointer });
    expect(error.message).toContain('"{{profile@id}}" in quotes');
  });
  test.each([
    [`a: {{profile@traits["first name"]}}`, `'{{profile@traits["first name"]}}' in quotes`],
    [`a: {{profile@list[0]}}`, '"{{profile@list[0]}}" in quotes'],
    [`a: {{profile@traits['first name']}}`, `"{{profile@traits['first name']}}" in quotes`],
  ])('%s has advice that can be followed', (yaml, advice) => {
    const { message } = refusal(parse(yaml, { logLevel: 'silent' }));
    expect(message).toContain(`write ${advice}.`);
    const written = message.replace(/^.* write (.*) in quotes\.$/, 'a: $1');
    expect(() => compileMapping(parse(written))).not.toThrow();
  });
  test('as other readers give it', () => {
    expect(refusal({ a: { '[object Object]': null } }).code).toBe('MAPPING_UNQUOTED_TEMPLATE');
  });
  test.each([
    ['a: `profile@age`', 'backtick'],
    ['  - `1`', 'backtick'],
    ['a: {{profile@id}} and more', '"{{…}}" in quotes'],
    ['a: {{profile@traits["x"].y}}', "'{{…}}' in single quotes"],
  ])('%s is a syntax error that can be explained', (line, hint) => {
    expect(() => parse(line) as unknown).toThrow();
    expect(explainYamlSlip(line)).toContain(hint);
  });
  test.each(['a: b: c', 'a: "{{profile@id}}"', "a: '`1`", 'a: [1, 2'])('%s is none of it', (line) => {
    expect(explainYamlSlip(line)).toBeUndefined();
  });
});

describe('warnings', () => {
  test.each([
    [{ a: 'profle@id' }, 'MAPPING_ALMOST_REFERENCE', '/a', 'profile@id'],
    [{ a: 'Profile@id' }, 'MAPPING_ALMOST_REFERENCE', '/a', 'profile@id'],
    [{ a: ' profile@id' }, 'MAPPING_ALMOST_REFERENCE', '/a', 'profile@id'],
    [{ a: 'profile@id is it' }, 'MAPPING_ALMOST_REFERENCE', '/a', '{{profile@id}}'],
    [{ a: 'profile.traits.email' }, 'MAPPING_ALMOST_REFERENCE', '/a', 'profile@traits.email'],
    [{ a: '`evnt@id`' }, 'MAPPING_ALMOST_REFERENCE', '/a', 'event@id'],
    [{ a: 'memory@id' }, 'MAPPING_WORKFLOW_SCOPE', '/a', 'always missing'],
    [{ a: '{{flow@id}}' }, 'MAPPING_WORKFLOW_SCOPE', '/a', 'always missing'],
    [{ a: { $if: 'payload@id == 1', then: 1 } }, 'CONDITION_WORKFLOW_SCOPE', '/a/$if', 'always missing'],
    [{ a: 1, 'a?': 2 }, 'MAPPING_DUPLICATE_KEY', '', '`a`'],
    [null, 'MAPPING_NULL', '', 'default payload'],
  ])('%j', (mapping, code, pointer, hint) => {
    const { warnings } = compileMapping(mapping);
    expect(warnings).toMatchObject([{ code, pointer, message: expect.stringContaining(hint) as string }]);
  });
  test.each(['foo@bar.com', 'jo@profile.example', 'profile', 'See profile@id', { $literal: 'profle@id' }])(
    'none for %j',
    (mapping) => {
      expect(compileMapping({ a: mapping }).warnings).toEqual([]);
    },
  );
});

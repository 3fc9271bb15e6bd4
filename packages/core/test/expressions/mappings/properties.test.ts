import fc from 'fast-check';
import { compileMapping } from '../../../src/expressions/mappings/compile-mapping';
import { MappingError } from '../../../src/expressions/mappings/mapping-error';
import { DIRECTIVES } from '../../../src/expressions/mappings/directives/directive-table';
import { scope } from '../conditions/arbitrary-condition';
import { fuzzRuns, FUZZ_TIMEOUT } from '../fuzz-runs';
import { mapping } from './arbitrary-mapping';

const NOW = Date.parse('2024-01-10T10:00:00Z');

const words = fc.oneof(
  fc.constantFrom(
    'profile@a',
    'event@...',
    'session@list[0]',
    'profile@["a b"]',
    'profile@__proto__',
    'profle@a',
    'item@a',
    'index@...',
  ),
  fc.constantFrom(
    '{{profile@a}}',
    'x {{event@b}} y',
    '{{',
    '`1`',
    '`profile@text`',
    'iso',
    'v5',
    'sha256',
    'email',
    'phone',
    'hex',
    'unix',
    'date',
  ),
  fc.constantFrom(
    'profile@a == 1',
    'profile@list contains "a"',
    'item@a exists',
    'Europe/Paris',
    '2024-01-10',
    'item',
    '',
    '[',
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

/** Places in a text are counted by its line breaks. */
const text = fc.tuple(fc.constantFrom('', '', '', '\n', '\n\n '), words).map(([before, after]) => before + after);

const optionNames = [
  'then',
  'else',
  'when',
  'as',
  'where',
  'map',
  'keys',
  'with',
  'find',
  'format',
  'timezone',
  'from',
  'algorithm',
  'normalize',
  'encoding',
  'of',
];
const keys = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'c?', '$$set', 'a.b', '', '?', '1') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '__proto__',
      'constructor',
      '$unknown',
      '{ profile@a }',
      ...Object.keys(DIRECTIVES),
      ...optionNames,
    ),
  },
);

/** Anything that might be a mapping: many of them are refused. */
const anything: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    { weight: 4, arbitrary: text },
    {
      weight: 1,
      arbitrary: fc.oneof(fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.constant(undefined)),
    },
    { weight: 2, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
    { weight: 2, arbitrary: fc.dictionary(keys, tie('value'), { maxKeys: 3 }) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(
          fc.constantFrom(...Object.keys(DIRECTIVES)),
          tie('value'),
          fc.dictionary(fc.constantFrom(...optionNames), tie('value'), { maxKeys: 1 }),
        )
        .map(([name, value, options]) => ({ [name]: value, ...options })),
    },
  ),
})).value;

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  Object.values(value).forEach(freeze);
}

const missing = fc.constantFrom('null' as const, 'omit' as const);

test(
  'a mapping changes neither itself nor its input, gives JSON, and the same every time',
  () => {
    fc.assert(
      fc.property(mapping, scope, missing, (value, values, rule) => {
        freeze(value);
        freeze(values);
        const before = JSON.stringify([value, values]);
        const compiled = compileMapping(value, { missing: rule });
        const payload = compiled.apply(values, { now: NOW });
        expect(JSON.parse(JSON.stringify(payload))).toEqual(payload);
        expect(compiled.apply(values, { now: NOW })).toEqual(payload);
        expect(compileMapping(value, { missing: rule }).apply(values, { now: NOW, diagnostics: [] })).toEqual(payload);
        expect(JSON.stringify([value, values])).toBe(before);
      }),
      fuzzRuns(1_500),
    );
  },
  FUZZ_TIMEOUT,
);

test(
  'anything compiles or is refused with a code and a pointer, and what compiles applies',
  () => {
    let compiles = 0;
    fc.assert(
      fc.property(anything, scope, missing, (value, values, rule) => {
        let compiled;
        try {
          compiled = compileMapping(value, { missing: rule });
        } catch (error) {
          if (!(error instanceof MappingError)) throw error;
          expect(error.code).toMatch(/^(MAPPING|CONDITION)_[A-Z_]+$/);
          expect(error.pointer).toMatch(/^(\/|$)/);
          return;
        }
        compiles++;
        const payload = compiled.apply(values, { now: NOW, diagnostics: [], envelopeId: 'e' });
        expect(payload).toBeDefined();
      }),
      fuzzRuns(2_500),
    );
    expect(compiles).toBeGreaterThan(200);
  },
  FUZZ_TIMEOUT,
);

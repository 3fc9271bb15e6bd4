import { compileCondition } from '../../src/expressions/conditions/compile-condition';
import { compileMapping } from '../../src/expressions/mappings/compile-mapping';
import { explainYamlSlip, templateBehindKey } from '../../src/expressions/mappings/yaml-slip';

/** A megabyte of something that an expression's patterns begin to match. In quadratic time each would take minutes. */
const long = (unit: string, last = 'x'): string => unit.repeat(Math.ceil(1_000_000 / unit.length)) + last;

const texts = [
  long('1'),
  long('1.'),
  long('1', '.1e1x'),
  `.${long('1')}`,
  `-${long('1')}`,
  long('1e'),
  `1${long(' ')}`,
  long(' '),
  long('\n'),
  long('1s'),
  long('1.5h', 's'),
  `2024-01-10T10:00:00.${long('1')}`,
  long('+'),
  long('{ '),
  `{ ${long('}')}`,
  long('a: '),
  long('- '),
  long('a@'),
  long('"'),
  long('['),
];

const converting = compileMapping([
  { $number: 'profile@text' },
  { $boolean: 'profile@text' },
  { $date: 'profile@text' },
  { $date: 'profile@text', from: 'unix' },
  { $date: 0, timezone: 'profile@text' },
  { $hash: 'profile@text', normalize: 'phone' },
  { $replace: 'profile@text', find: '1', with: '' },
  { $parse: 'profile@text' },
  { $trim: 'profile@text' },
  '`profile@text`',
]);

const testing = [
  'datetime(profile@text) > now()',
  'now.offset(profile@text) > now()',
  'now(profile@text) == now()',
  'profile@text MATCHES "(1+)+$"',
  'profile@text MATCHES "( *)*y"',
].map((text) => compileCondition(text));

test.each(texts.map((text) => [`${text.slice(0, 8)}…${text.slice(-8)}`, text] as const))(
  '%j takes no more time than it is long',
  (_name, text) => {
    const scope = { profile: { text } };
    expect(converting.apply(scope, { now: 0, diagnostics: [] })).toHaveLength(10);
    for (const condition of testing) expect([true, false, null]).toContain(condition.evaluate(scope, { now: 0 }));
    expect(() => templateBehindKey(`{ ${text}}x}`)).not.toThrow();
    expect(() => explainYamlSlip(text)).not.toThrow();
  },
);

test('numbers are read as before', () => {
  const read = (text: string): unknown =>
    compileMapping({ $number: 'profile@text' }).apply({ profile: { text } }, { now: 0 });
  expect(['1', '+1', '-1.', '1.5', '.5', '1e3', '1.e3', ' 2 ', '007'].map(read)).toEqual([
    1, 1, -1, 1.5, 0.5, 1000, 1000, 2, 7,
  ]);
  expect(['', '.', '+', '1..2', 'e3', '.e3', '1e', '0x10', '1 2', 'Infinity'].map(read)).toEqual(Array(10).fill(null));
});

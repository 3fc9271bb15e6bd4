import { ConfigurationError } from '../../../src/errors/configuration-error';
import { failureOf } from '../../../src/errors/failure';
import { compileCondition } from '../../../src/expressions/conditions/compile-condition';
import { ConditionError } from '../../../src/expressions/conditions/condition-error';

function refusal(text: string): ConditionError {
  try {
    compileCondition(text);
  } catch (error) {
    if (error instanceof ConditionError) return error;
    throw error;
  }
  throw new Error(`${text} compiles`);
}

/** A condition, the code of its error, the column, and what the message must say. */
const slips: readonly (readonly [string, string, number, string])[] = [
  ['profile@id === "abc"', 'CONDITION_FOREIGN_OPERATOR', 12, 'write `==`'],
  ['profile@id !== "abc"', 'CONDITION_FOREIGN_OPERATOR', 12, 'write `!=`'],
  ['profile@a <> 1', 'CONDITION_FOREIGN_OPERATOR', 11, 'write `!=`'],
  ['profile@a == 1 && profile@b == 1', 'CONDITION_FOREIGN_OPERATOR', 16, 'write `AND`'],
  ['profile@a == 1 || profile@b == 1', 'CONDITION_FOREIGN_OPERATOR', 16, 'write `OR`'],
  ['!profile@a exists', 'CONDITION_FOREIGN_OPERATOR', 1, 'write `NOT`'],
  ['profile@a == “x”', 'CONDITION_FOREIGN_OPERATOR', 14, 'straight quotes'],
  ['profile@a == {{profile@b}}', 'CONDITION_FOREIGN_OPERATOR', 14, 'without braces'],
  ['profile@a == 1 + 2', 'CONDITION_FOREIGN_OPERATOR', 16, 'no arithmetic'],
  ['profile@a LIKE "x"', 'CONDITION_FOREIGN_OPERATOR', 11, 'MATCHES'],
  ['profile@a startsWith "x"', 'CONDITION_FOREIGN_OPERATOR', 11, 'STARTS WITH'],
  ['profile.id == 1', 'CONDITION_SYNTAX', 1, 'write `profile@id`'],
  ['event@type == order', 'CONDITION_SYNTAX', 15, '"order"'],
  ['profile == 1', 'CONDITION_SYNTAX', 1, 'profile@'],
  ['profile@a == undefined', 'CONDITION_SYNTAX', 14, 'NULL'],
  ['profile@t', 'CONDITION_BARE_OPERAND', 1, '`profile@t == TRUE`'],
  ['profile@n == 5 AND profile@t', 'CONDITION_BARE_OPERAND', 20, 'EXISTS'],
  ['TRUE', 'CONDITION_BARE_OPERAND', 1, 'alone is not a condition'],
  ['profile@id == "abc', 'CONDITION_UNCLOSED_STRING', 15, 'never closed'],
  ["profile@id == 'abc\\'", 'CONDITION_UNCLOSED_STRING', 15, 'never closed'],
  ['@id == 1', 'CONDITION_SYNTAX', 1, 'profile@id'],
  ['profile @id == 1', 'CONDITION_SYNTAX', 9, 'directly before'],
  ['profle@id == 1', 'CONDITION_UNKNOWN_SCOPE', 1, 'Did you mean `profile@`?'],
  ['item@id == 1', 'CONDITION_UNKNOWN_SCOPE', 1, 'known are'],
  ['(ANY i IN event@x HAS (i@a == 1)) AND i@a == 1', 'CONDITION_UNKNOWN_SCOPE', 39, '`i` is no scope'],
  ['profile@ == 1', 'CONDITION_BAD_REFERENCE', 9, 'a path is expected'],
  ['profile@a..b == 1', 'CONDITION_BAD_REFERENCE', 11, 'fter the dot'],
  ['profile@a.[0] == 1', 'CONDITION_BAD_REFERENCE', 11, 'without a dot'],
  ['profile@a[-1] == 1', 'CONDITION_BAD_REFERENCE', 11, 'count from 0'],
  ['profile@a[x] == 1', 'CONDITION_BAD_REFERENCE', 11, 'in quotes'],
  ['profile@a["x] == 1', 'CONDITION_BAD_REFERENCE', 11, 'never closed'],
  ['profile@a["x" == 1', 'CONDITION_BAD_REFERENCE', 15, '`]` is expected'],
  ['profile@id ==', 'CONDITION_SYNTAX', 14, 'ends here'],
  ['profile@id == "abc" AND', 'CONDITION_SYNTAX', 24, 'ends here'],
  ['profile@n == 5 garbage', 'CONDITION_SYNTAX', 16, 'AND, OR or the end'],
  ['(profile@a == 1', 'CONDITION_SYNTAX', 16, '`)` is expected'],
  ['profile@a == 1)', 'CONDITION_SYNTAX', 15, 'no `(`'],
  ['profile@a == (1)', 'CONDITION_SYNTAX', 14, 'never around values'],
  ['1 < profile@a < 5', 'CONDITION_SYNTAX', 15, 'BETWEEN'],
  ['profile@a between 1, 2', 'CONDITION_SYNTAX', 20, '`AND` is expected'],
  ['profile@a is 5', 'CONDITION_SYNTAX', 14, 'write `==`'],
  ['profile@a is not empty', 'CONDITION_SYNTAX', 18, '`profile@a NOT EMPTY`'],
  ['profile@a in profile@list', 'CONDITION_SYNTAX', 14, '`profile@list CONTAINS profile@a`'],
  ['profile@a in ["x",]', 'CONDITION_SYNTAX', 19, 'a value is expected'],
  ['profile@a == []', 'CONDITION_SYNTAX', 15, 'EMPTY'],
  ['profile@a not == 1', 'CONDITION_SYNTAX', 15, 'fter `NOT`'],
  ['profile@a starts "x"', 'CONDITION_SYNTAX', 18, '`WITH` is expected'],
  ['profile@a matches profile@b', 'CONDITION_SYNTAX', 19, 'in quotes'],
  ['profile@a matches "("', 'CONDITION_BAD_PATTERN', 19, 'RE2'],
  ['profile@a matches "(?=a)"', 'CONDITION_BAD_PATTERN', 19, 'look-around'],
  ['ANY i IN event@x (i@a == 1)', 'CONDITION_SYNTAX', 18, '`HAS` is expected'],
  ['ANY i IN ["a"] HAS (i@a == 1)', 'CONDITION_SYNTAX', 10, 'a reference is expected'],
  ['ANY event IN event@x HAS (event@a == 1)', 'CONDITION_NAME', 5, "no scope's name"],
  ['ANY toString IN event@x HAS (toString@a == 1)', 'CONDITION_NAME', 5, 'letters'],
  ['ANY IN event@x HAS (i@a == 1)', 'CONDITION_SYNTAX', 5, 'a name for the elements'],
  ['profile@a ıs null', 'CONDITION_SYNTAX', 11, 'an operator is expected'],
  ['profile@a exiſts', 'CONDITION_SYNTAX', 11, 'an operator is expected'],
  ['lower(profile@a) == "x"', 'CONDITION_UNKNOWN_FUNCTION', 1, 'did you mean `lowercase`?'],
  ['UPPER(profile@a) == "X"', 'CONDITION_UNKNOWN_FUNCTION', 1, 'did you mean `uppercase`?'],
  ['toString(profile@a) == "X"', 'CONDITION_UNKNOWN_FUNCTION', 1, 'known are now'],
  ['lowercas(profile@a) == "x"', 'CONDITION_UNKNOWN_FUNCTION', 1, 'did you mean `lowercase`?'],
  ['constructor(profile@a) == "x"', 'CONDITION_UNKNOWN_FUNCTION', 1, 'known are now'],
  ['now == 1', 'CONDITION_SYNTAX', 1, '`now()`'],
  ['now("a", "b") == 1', 'CONDITION_ARGUMENTS', 1, 'now(time zone)'],
  ['lowercase() == "x"', 'CONDITION_ARGUMENTS', 1, 'lowercase(text)'],
  ['now("Mars/Base") > now()', 'CONDITION_UNKNOWN_TIME_ZONE', 5, 'Europe/Paris'],
  ['now.offset("10") > now()', 'CONDITION_BAD_OFFSET', 12, '-1d'],
  ['profile@a == 01', 'CONDITION_BAD_NUMBER', 14, 'as in JSON'],
  ['profile@a == .5', 'CONDITION_BAD_NUMBER', 14, 'as in JSON'],
  ['profile@a == 5.', 'CONDITION_BAD_NUMBER', 14, 'as in JSON'],
  ['profile@a == +5', 'CONDITION_BAD_NUMBER', 14, 'as in JSON'],
  ['profile@a == 5kg', 'CONDITION_BAD_NUMBER', 14, '`5kg`'],
  ['profile@a == 1e999', 'CONDITION_BAD_NUMBER', 14, 'too large'],
  ['profile@a == \u0000', 'CONDITION_SYNTAX', 14, 'no meaning'],
];

test.each(slips)('%s', (text, code, column, hint) => {
  const error = refusal(text);
  expect({ code: error.code, line: error.line, column: error.column }).toEqual({ code, line: 1, column });
  expect(error.message).toContain(hint);
  expect(error.message).toMatch(/^Condition, line 1, column \d+: [^a-z]/);
});

test('an error shows its line and points to the place', () => {
  const error = refusal('profile@a == 1 AND\n  profile@b === 2\nAND profile@c == 3');
  expect({ line: error.line, column: error.column }).toEqual({ line: 2, column: 13 });
  expect(error.excerpt).toBe(`  profile@b === 2\n${' '.repeat(12)}^`);
});

test('a long line is shortened around the place', () => {
  const [shown = '', caret = ''] = refusal(
    `${'profile@aaaa == 1 AND '.repeat(40)}profile@b && ${'x'.repeat(300)}`,
  ).excerpt.split('\n');
  expect(shown.length).toBeLessThan(80);
  expect(shown.slice(caret.indexOf('^')).startsWith('&&')).toBe(true);
});

test('errors are configuration errors of the destination', () => {
  const error = refusal('profile@t');
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(failureOf(error)).toMatchObject({
    retry: 'configuration',
    scope: 'destination',
    code: 'CONDITION_BARE_OPERAND',
  });
});

test.each([undefined, null, 5, {}])('what is no text is refused: %s', (value) => {
  expect(() => compileCondition(value as never)).toThrow(expect.objectContaining({ code: 'CONDITION_NOT_TEXT' }));
});

describe('limits', () => {
  const term = 'profile@a == 1';
  test('16 KiB of text, counted in bytes', () => {
    const padded = (bytes: number): string => term + ' '.repeat(bytes - term.length);
    expect(() => compileCondition(padded(16_384))).not.toThrow();
    expect(refusal(padded(16_385)).code).toBe('CONDITION_TOO_LONG');
    expect(refusal(`profile@a == "${'é'.repeat(8_192)}"`).code).toBe('CONDITION_TOO_LONG');
  });
  test.each([
    ['parentheses', (depth: number) => '('.repeat(depth) + term + ')'.repeat(depth)],
    ['NOT', (depth: number) => 'NOT '.repeat(depth) + term],
    ['lists', (depth: number) => `profile@a == ${'['.repeat(depth)}1${']'.repeat(depth)}`],
    ['calls', (depth: number) => `${'lowercase('.repeat(depth)}"a"${')'.repeat(depth)} == "a"`],
    ['quantifiers', (depth: number) => 'ANY i IN event@a HAS ('.repeat(depth) + term + ')'.repeat(depth)],
  ])('64 levels of %s', (_name, nest) => {
    expect(() => compileCondition(nest(64))).not.toThrow();
    expect(refusal(nest(65)).code).toBe('CONDITION_TOO_DEEP');
    expect(refusal(nest(500)).code).toBe('CONDITION_TOO_DEEP');
  });
  test('1,000 operands in a list', () => {
    const list = (length: number): string => `profile@a IN [${Array.from({ length }, () => '1').join(',')}]`;
    expect(() => compileCondition(list(1_000))).not.toThrow();
    expect(refusal(list(1_001)).code).toBe('CONDITION_TOO_MANY_OPERANDS');
  });
  test('256 characters in a pattern', () => {
    expect(() => compileCondition(`profile@a MATCHES "${'é'.repeat(256)}"`)).not.toThrow();
    expect(refusal(`profile@a MATCHES "${'a'.repeat(257)}"`).code).toBe('CONDITION_PATTERN_TOO_LONG');
  });
});

describe('warnings', () => {
  test.each([
    ['payload@a exists', 'CONDITION_WORKFLOW_SCOPE', 1],
    ['profile@a == 1 OR memory@a == 1', 'CONDITION_WORKFLOW_SCOPE', 19],
    [String.raw`profile@a == "x\d"`, 'CONDITION_STRAY_BACKSLASH', 16],
    ['datetime("soon") < now()', 'CONDITION_NEVER_DECIDED', 10],
  ])('%s', (text, code, column) => {
    expect(compileCondition(text).warnings).toEqual([
      { code, message: expect.stringMatching(/^[^a-z].*\.$/) as string, pointer: '', line: 1, column },
    ]);
  });
  test('a condition without anything odd has none', () => {
    expect(compileCondition('profile@a == 1 AND event@b MATCHES "^a\\\\b"').warnings).toEqual([]);
  });
});

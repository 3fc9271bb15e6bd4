import { compileCondition } from '../../../src/expressions/conditions/compile-condition';
import type { Diagnostic } from '../../../src/expressions/diagnostic';
import type { Scope } from '../../../src/expressions/scope';

const NOW = Date.parse('2026-03-29T01:30:00Z');

const scope = JSON.parse(`{
  "profile": {
    "n": 5, "s": "hello World", "nul": null, "nul2": null, "zero": 0, "f": false, "t": true, "empty": "",
    "list": [1, 2, "x", null], "elist": [], "eobj": {}, "obj": { "a": 1, "b": { "c": "d" } }, "objs": [{ "a": 1 }, { "a": 2 }],
    "same": { "b": { "c": "d" }, "a": 1 }, "nested": [[1, 2], [3]], "date": "2024-01-10T10:00:00", "zoned": "2024-01-10T11:00:00+01:00",
    "notdate": "tomorrow", "ts": 1650976227, "zone": "Europe/Paris", "nozone": "Mars/Base", "offset": "-1d",
    "key": { "a b": 1, "3": "three", "a.b": "dotted" }, "é": 1, "__proto__": { "polluted": true }, "text": "ÀB\\nc", "1": "one"
  },
  "event": { "type": "order", "items": [{ "sku": "a", "price": 5, "tags": ["x"] }, { "sku": "b", "price": 15, "tags": [] }], "mixed": [1, "2", null] },
  "session": { "id": "s1" },
  "payload": { "x": 1, "a": { "b": { "c": { "d": { "e": 1 } } } } }, "memory": { "x": 1 }, "flow": { "list": [1] }
}`) as Scope;

/** A condition, what it comes to, and the codes of its diagnostics. */
type Case = readonly [condition: string, result: boolean | null, ...codes: string[]];

const cases: Record<string, readonly Case[]> = {
  'empty text': [
    ['', true],
    [' \t\r\n ', true],
  ],
  'missing and null': [
    ['profile@nul exists', true],
    ['profile@missing exists', false],
    ['profile@missing not exists', true],
    ['NULL exists', true],
    ['profile@nul is null', true],
    ['profile@missing is null', true],
    ['profile@missing IS NOT NULL', false],
    ['profile@zero is not null', true],
    ['profile@missing == profile@missing', false],
    ['profile@missing != profile@missing', true],
    ['profile@missing == profile@nul', false],
    ['profile@nul == profile@missing', false],
    ['profile@nul == profile@nul2', true],
    ['profile@nul != profile@nul2', false],
    ['profile@missing == null', true],
    ['null == profile@missing', true],
    ['profile@missing != null', false],
    ['profile@n != NULL', true],
    ['profile@nul == [null, 1]', true],
    ['profile@missing == [null, 1]', false],
    ['profile@list == profile@nul', true],
    ['profile@list == null', false],
    ['profile@nul in [null]', true],
    ['profile@missing in [null]', false],
    ['profile@missing not in [1]', true],
    ['profile@missing in [profile@missing]', false],
    ['profile@missing == [profile@missing]', false],
  ],
  emptiness: [
    ['profile@eobj empty', true],
    ['profile@nul empty', true],
    ['profile@zero empty', false],
    ['profile@t not empty', true],
    ['now() empty', false],
    ['"" EMPTY', true],
  ],
  'no conversion': [
    ['5 == "5"', false],
    ['0 == false', false],
    ['1 == true', false],
    ['"" == false', false],
    ['profile@t == "true"', false],
    ['5 == 5.0', true],
    ['1e2 == 100', true],
    ['-0 == 0', true],
  ],
  'deep equality and lists': [
    ['profile@obj == profile@same', true],
    ['profile@obj != profile@same', false],
    ['profile@obj == profile@eobj', false],
    ['profile@nested == [[1, 2], [3]]', true],
    ['profile@nested == [1, 2]', true],
    ['profile@nested == 3', false],
    ['2 == profile@list', true],
    ['profile@list == "x"', true],
    ['profile@list != "x"', false],
    ['profile@list == 9', false],
    ['profile@list == profile@elist', false],
    ['profile@n == [1, 5]', true],
    ['profile@n != [1, 5]', false],
    ['profile@n == [profile@zero, profile@n]', true],
  ],
  in: [
    ['profile@n in ["5", 5]', true],
    ['profile@n NOT IN [1, 2]', true],
    ['profile@n not in [5]', false],
    ['profile@obj in [profile@same]', true],
    ['profile@list in [1, 2]', false],
    ['profile@nested in [[[1, 2], [3]]]', true],
    ['profile@n in [lowercase(profile@missing), 5]', true],
    ['profile@n in [lowercase(profile@missing), 6]', null],
    ['profile@n in [5, lowercase(profile@n)]', true],
    ['lowercase(profile@missing) in ["a"]', null],
    ['profile@n == [lowercase(profile@missing), 5]', true],
    ['profile@n != [lowercase(profile@missing), 5]', false],
    ['[lowercase(profile@missing), 5] == 5', true],
    ['[5, lowercase(profile@nul)] == profile@n', true, 'CONDITION_NULL_OPERAND'],
    ['[lowercase(profile@missing), 6] == 5', null],
    ['[lowercase(profile@missing), 6] != 5', null],
    ['[lowercase(profile@missing), profile@missing] == profile@missing', null],
    ['[lowercase(profile@missing)] == [lowercase(profile@missing)]', null],
    ['[lowercase(profile@missing), 5] == lowercase(profile@missing)', null],
    ['[[lowercase(profile@missing), 5]] == 5', null],
    ['[lowercase(profile@missing), [1, 2]] == [1, 2]', true],
    ['[[1, 2]] == [lowercase(profile@missing), [[1, 2]]]', true],
  ],
  order: [
    ['profile@n > 4', true],
    ['profile@n >= 5', true],
    ['profile@n < 5', false],
    ['profile@n <= 5', true],
    ['4 < profile@n', true],
    ['"B" < "a"', true],
    ['"a" < "ab"', true],
    ['"10" < "9"', true],
    ['profile@missing < 18', null],
    ['NOT profile@missing < 18', null],
    ['18 > profile@missing', null],
    ['profile@nul < 18', null, 'CONDITION_NULL_OPERAND'],
    ['18 <= profile@nul', null, 'CONDITION_NULL_OPERAND'],
    ['profile@s > 3', null, 'CONDITION_TYPE_MISMATCH'],
    ['3 > profile@s', null, 'CONDITION_TYPE_MISMATCH'],
    ['profile@t > false', null, 'CONDITION_TYPE_MISMATCH'],
    ['profile@list >= 1', null, 'CONDITION_TYPE_MISMATCH'],
    ['profile@obj <= profile@obj', null, 'CONDITION_TYPE_MISMATCH'],
  ],
  between: [
    ['profile@n between 5 and 5', true],
    ['profile@n not between 5 and 6', false],
    ['profile@n NOT BETWEEN 6 AND 7', true],
    ['profile@n between 1 and 10 AND profile@t == true', true],
    ['"b" between "a" and "c"', true],
    ['profile@n between profile@missing and 10', null],
    ['profile@n between 6 and profile@missing', null],
    ['profile@missing not between 1 and 2', null],
    ['profile@n between 1 and profile@nul', null, 'CONDITION_NULL_OPERAND'],
    ['profile@n between 1 and "z"', null, 'CONDITION_TYPE_MISMATCH'],
  ],
  parts: [
    ['profile@s contains "o W"', true],
    ['profile@s not contains "o W"', false],
    ['profile@s starts with ""', true],
    ['profile@s not starts with "h"', false],
    ['profile@s not ends with "h"', true],
    ['profile@objs contains profile@objs.1', true],
    ['profile@nested contains [1, 2]', true],
    ['profile@list starts with 1', true],
    ['profile@elist starts with 1', false],
    ['profile@elist ends with 1', false],
    ['profile@list contains NULL', true],
    ['profile@objs contains null', false],
    ['profile@elist not contains null', true],
    ['profile@list ends with null', true],
    ['profile@list starts with null', false],
    ['[null, 1] starts with null', true],
    ['profile@list contains profile@nul', null, 'CONDITION_NULL_OPERAND'],
    ['profile@list ends with profile@nul', null, 'CONDITION_NULL_OPERAND'],
    ['profile@s contains null', null, 'CONDITION_NULL_OPERAND'],
    ['profile@nul contains null', null, 'CONDITION_NULL_OPERAND'],
    ['profile@missing contains null', null, 'CONDITION_NULL_OPERAND'],
    ['profile@list contains profile@missing', null],
    ['profile@s contains profile@missing', null],
    ['profile@missing not contains "a"', null],
    ['profile@nul contains "a"', null, 'CONDITION_NULL_OPERAND'],
    ['profile@s contains 3', null, 'CONDITION_TYPE_MISMATCH'],
    ['profile@obj contains "a"', null, 'CONDITION_TYPE_MISMATCH'],
    ['profile@n starts with 5', null, 'CONDITION_TYPE_MISMATCH'],
    ['profile@missing ends with "a"', null],
  ],
  matches: [
    ['profile@s matches "W.r"', true],
    ['profile@s MATCHES "^W"', false],
    ['profile@s not matches "^W"', true],
    ['profile@s matches "(?i)WORLD$"', true],
    [String.raw`profile@date matches "^\d{4}-\d\d"`, true],
    [String.raw`profile@date matches "^\\d{4}-"`, true],
    [String.raw`profile@s matches '\\bWorld\\b'`, true],
    [String.raw`profile@s matches "\bWorld\b"`, true],
    [String.raw`profile@s matches "\borld"`, false],
    [String.raw`profile@s matches "\Borld"`, true],
    [String.raw`profile@s matches "\u0008"`, false],
    [String.raw`"a\bc" matches "\u0008c"`, true],
    [String.raw`"a\bc" matches "a\\x08"`, true],
    ['profile@missing matches "a"', null],
    ['profile@missing not matches "a"', null],
    ['profile@nul matches "a"', null, 'CONDITION_NULL_OPERAND'],
    ['profile@n matches "5"', null, 'CONDITION_TYPE_MISMATCH'],
  ],
  'three values': [
    ['profile@missing > 1 OR profile@n == 5', true],
    ['profile@missing > 1 OR profile@n == 6', null],
    ['profile@missing > 1 AND profile@n == 6', false],
    ['profile@missing > 1 AND profile@n == 5', null],
    ['profile@n == 5 AND profile@missing > 1', null],
    ['profile@n == 5 AND profile@n == 5 AND profile@missing > 1', null],
    ['profile@missing > 1 AND profile@n == 5 AND profile@n == 6', false],
    ['profile@n == 5 AND profile@missing > 1 AND profile@t == true AND profile@n == 6', false],
    ['profile@n == 5 AND profile@missing > 1 AND profile@t == true AND profile@n == 5', null],
    ['NOT (profile@missing > 1 OR profile@n == 5)', false],
    ['NOT NOT profile@missing > 1', null],
    ['NOT profile@n == 5 OR profile@t == true', true],
    ['NOT (profile@n == 5 OR profile@t == true)', false],
    ['profile@n == 6 OR profile@n == 5 AND profile@t == false', false],
    ['(profile@n == 5 OR profile@n == 6) AND profile@t == false', false],
    ['profile@n == 5 OR profile@s > 3', true],
    ['profile@n == 6 AND profile@s > 3', false],
    ['profile@s > 3 OR profile@n == 5', true, 'CONDITION_TYPE_MISMATCH'],
    ['profile@s > 3 OR profile@nul > 3', null, 'CONDITION_TYPE_MISMATCH', 'CONDITION_NULL_OPERAND'],
  ],
  references: [
    ['profile@list.0 == 1', true],
    ['profile@list[1] == 2', true],
    ['profile@list.00 exists', false],
    ['profile@list.length exists', false],
    ['profile@s.length exists', false],
    ['profile@s.0 exists', false],
    ['profile@list["length"] exists', false],
    ['profile@key.3 == "three"', true],
    ['profile@key[3] == "three"', true],
    [`profile@key['a.b'] == "dotted"`, true],
    ['profile@["key"]["a b"] == 1', true],
    ['profile@é == 1', true],
    ['profile@1 == "one"', true],
    ['profile@__proto__.polluted exists', false],
    ['profile@__proto__ exists', false],
    ['profile@obj["__proto__"].a exists', false],
    ['event@__proto__ exists', false],
    ['event@constructor exists', false],
    ['event@toString exists', false],
    ['event@constructor.name exists', false],
    ['profile@list.map exists', false],
    ['profile@... exists', true],
    ['profile@... == event@...', false],
    ['session@... not empty', true],
    ['memory@x exists', false],
    ['flow@... exists', false],
    ['payload@... exists', false],
    ['payload@x == 1', false],
    ['ANY i IN flow@list HAS (i@... == 1)', null],
    ['payload@a.b.c.d.e exists', false],
    ['event@items[1].tags empty', true],
  ],
  quantifiers: [
    ['ANY i IN event@items HAS (i@price > 10)', true],
    ['all i in event@items has (i@price > 10)', false],
    ['ALL i IN event@items HAS (i@price > 1 AND i@sku exists)', true],
    ['ANY i IN profile@elist HAS (i@a == 1)', false],
    ['ALL i IN profile@elist HAS (i@a == 1)', true],
    ['ANY v IN profile@list HAS (v@... == "x")', true],
    ['ANY i IN event@items HAS (ANY t IN i@tags HAS (t@... == "x"))', true],
    ['ALL i IN event@items HAS (ANY t IN i@tags HAS (t@... == "x"))', false],
    ['ANY i IN event@items HAS (i@price > profile@n)', true],
    ['ANY i IN profile@missing HAS (i@a == 1)', null],
    ['ALL i IN profile@missing HAS (i@a == 1)', null],
    ['NOT ANY i IN profile@missing HAS (i@a == 1)', null],
    ['ANY i IN profile@nul HAS (i@a == 1)', null, 'CONDITION_NULL_OPERAND'],
    ['ANY i IN profile@s HAS (i@a == 1)', null, 'CONDITION_TYPE_MISMATCH'],
    ['ANY i IN event@mixed HAS (i@... > 0)', true],
    ['ANY i IN event@mixed HAS (i@... > 1)', null, 'CONDITION_TYPE_MISMATCH', 'CONDITION_NULL_OPERAND'],
    ['ALL i IN event@mixed HAS (i@... > 1)', false],
    ['ANY i IN event@items HAS (i@missing > 1)', null],
    ['ANY i IN event@items HAS (i@price > 10) AND profile@n == 5', true],
  ],
  functions: [
    ['now() == utcnow()', true],
    ['now("Asia/Tokyo") == now()', true],
    ['now.timezone("America/New_York") == now()', true],
    ['now.offset("-1h30m") == datetime("2026-03-29T00:00:00")', true],
    ['now.offset("1w") > now.offset("+6d23h59m59s")', true],
    ['now.offset("0.5h") == now.offset("30m")', true],
    ['now.timezone.offset("Europe/Paris", "-1d") < now()', true],
    ['now.offset(profile@offset) < now()', true],
    ['datetime(profile@date) == datetime(profile@zoned)', true],
    ['datetime(profile@date) in [datetime("2024-01-10T10:00:00Z")]', true],
    ['datetime("2024-01-10T10:00:00.5Z") > datetime(profile@date)', true],
    ['datetime("2024-01-10T10:00:00.000001") > datetime(profile@date)', true],
    ['datetime("2024-01-10 10:00") == datetime(profile@date)', true],
    ['datetime(datetime("2024-01-10")) == datetime("2024-01-10T00:00:00+00:00")', true],
    ['datetime.offset("2024-02-28", "+1d") == datetime("2024-02-29")', true],
    ['datetime.timezone(profile@date, profile@zone) == datetime(profile@date)', true],
    ['datetime.from_timestamp(0) == datetime("1970-01-01")', true],
    ['datetime("2024-01-10") < profile@date', null, 'CONDITION_TYPE_MISMATCH'],
    ['datetime("2024-01-10T10:00:00") == profile@date', false],
    ['datetime(profile@missing) < now()', null],
    ['datetime(profile@missing) exists', null],
    ['datetime(profile@missing) is null', null],
    ['datetime(profile@missing) == null', null],
    ['datetime(profile@missing) empty', null],
    ['datetime(profile@nul) < now()', null, 'CONDITION_NULL_OPERAND'],
    ['datetime(profile@n) < now()', null, 'CONDITION_TYPE_MISMATCH'],
    ['datetime(profile@notdate) < now()', null, 'CONDITION_UNREADABLE_DATE'],
    ['datetime("2024-02-30") < now()', null, 'CONDITION_UNREADABLE_DATE'],
    ['datetime("2024-01-10T25:00") < now()', null, 'CONDITION_UNREADABLE_DATE'],
    ['datetime.timezone(profile@date, profile@nozone) < now()', null, 'CONDITION_UNKNOWN_TIME_ZONE'],
    ['now.offset(profile@s) < now()', null, 'CONDITION_UNREADABLE_OFFSET'],
    ['datetime.offset("2024-01-10", "999999999w") > now()', null, 'CONDITION_DATE_RANGE'],
    ['datetime.from_timestamp(1e15) > now()', null, 'CONDITION_DATE_RANGE'],
    ['datetime.from_timestamp(-8.64e12) < now()', true],
    ['datetime.from_timestamp("12") > now()', null, 'CONDITION_TYPE_MISMATCH'],
    ['datetime.from_timestamp(profile@s) > now()', null, 'CONDITION_TYPE_MISMATCH'],
    ['datetime.from_timestamp(profile@t) > now()', null, 'CONDITION_TYPE_MISMATCH'],
    ['datetime.from_timestamp(profile@nul) > now()', null, 'CONDITION_NULL_OPERAND'],
    ['lowercase(profile@s) == "hello world"', true],
    ['uppercase("straße") == "STRASSE"', true],
    ['lowercase(uppercase(profile@s)) contains "world"', true],
    ['lowercase(profile@n) == 5', null, 'CONDITION_TYPE_MISMATCH'],
    ['lowercase(profile@missing) != "a"', null],
  ],
  spelling: [
    ['profile@n == 1 Or True = tRuE', true],
    ['profile@n=5 aNd profile@n=>5', true],
    ['profile@n=<5', true],
    [String.raw`"a\"b\\c\u0041\n" == 'a"b\\cA` + String.raw`\n'`, true],
    [String.raw`'it\'s' == "it's"`, true],
    [String.raw`profile@text == "ÀB\nc"`, true],
  ],
};

describe.each(Object.entries(cases))('%s', (_title, rows) => {
  test.each(rows.map((row) => [row[0], row] as const))('%s', (condition, [, expected, ...codes]) => {
    const diagnostics: Diagnostic[] = [];
    const compiled = compileCondition(condition);
    const result = compiled.evaluate(scope, { now: NOW, diagnostics });
    expect({ result, codes: diagnostics.map(({ code }) => code) }).toEqual({ result: expected, codes });
    expect(compiled.evaluate(scope, { now: NOW })).toBe(expected);
    expect(compiled.explain(scope, { now: NOW }).result).toBe(expected);
  });
});

test('a diagnostic says where, which operator and which types, and no value', () => {
  const diagnostics: Diagnostic[] = [];
  compileCondition('profile@n == 5 AND profile@s > 3').evaluate(scope, { now: NOW, diagnostics });
  expect(diagnostics).toEqual([
    {
      code: 'CONDITION_TYPE_MISMATCH',
      message: "`>` can't be decided: `profile@s` is a text, `3` is a number.",
      position: 19,
    },
  ]);
});

test.each([
  ['datetime.from_timestamp(profile@s) > now()', 'takes a number of seconds since 1970; `profile@s` is a text.'],
  ['datetime.from_timestamp(1e15) > now()', 'takes a number of seconds since 1970; `1e15` is beyond all dates.'],
  ['datetime(profile@notdate) > now()', '; `profile@notdate` is another text.'],
])('%s says what was found', (text, message) => {
  const diagnostics: Diagnostic[] = [];
  compileCondition(text).evaluate(scope, { now: NOW, diagnostics });
  expect(diagnostics).toMatchObject([{ message: expect.stringContaining(message) as string }]);
});

test('the same diagnostic is given once, however long the list', () => {
  const diagnostics: Diagnostic[] = [];
  const many = { profile: { list: Array.from({ length: 1_000 }, () => 'x') } };
  expect(
    compileCondition('ANY i IN profile@list HAS (i@... > 1)').evaluate(many, { now: NOW, diagnostics }),
  ).toBeNull();
  expect(diagnostics).toHaveLength(1);
});

test('an envelope without an event or a profile has none of their values', () => {
  const condition = compileCondition('event@type exists OR profile@... exists');
  expect(condition.evaluate({}, { now: NOW })).toBe(false);
  expect(condition.evaluate({ event: null, profile: 'text' }, { now: NOW })).toBe(true);
});

test('a polluted Object.prototype shows in no condition', () => {
  Object.defineProperty(Object.prototype, 'polluted', { value: 'yes', configurable: true });
  try {
    expect(compileCondition('profile@polluted exists').evaluate(scope, { now: NOW })).toBe(false);
    expect(compileCondition('profile@obj.polluted exists').evaluate(scope, { now: NOW })).toBe(false);
  } finally {
    delete (Object.prototype as { polluted?: string }).polluted;
  }
});

test('what is no JSON is undecided with a diagnostic, and nothing throws', () => {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  const other: { self?: unknown } = {};
  other.self = other;
  const thrower = Object.defineProperty({}, 'id', {
    enumerable: true,
    get: () => {
      throw new Error('no');
    },
  });
  for (const profile of [{ a: cycle, b: other }, thrower]) {
    const diagnostics: Diagnostic[] = [];
    const condition = compileCondition('profile@a == profile@b AND profile@id exists');
    const result = condition.evaluate({ profile }, { now: NOW, diagnostics });
    expect(result === null || result === false).toBe(true);
    expect(() => condition.explain({ profile }, { now: NOW })).not.toThrow();
  }
});

test('options may be null', () => {
  expect(compileCondition('profile@n == 5', null).evaluate(scope, { now: NOW })).toBe(true);
});

test('further scopes are known where they are named, and nowhere else', () => {
  const condition = compileCondition('item@price > 10 AND index@... == 0', { scopes: ['item', 'index'] });
  expect(condition.evaluate({ item: { price: 11 }, index: 0 }, { now: NOW })).toBe(true);
});

test('a scope of workflows has values where the caller names it', () => {
  const condition = compileCondition('payload@x == 1 AND memory@x NOT EXISTS', { scopes: ['payload'] });
  expect(condition.warnings).toMatchObject([{ code: 'CONDITION_WORKFLOW_SCOPE', column: 20 }]);
  expect(condition.evaluate(scope, { now: NOW })).toBe(true);
  expect(condition.explain(scope, { now: NOW }).result).toBe(true);
});

test('evaluating changes nothing', () => {
  const before = JSON.stringify(scope);
  for (const rows of Object.values(cases))
    for (const [text] of rows) compileCondition(text).evaluate(scope, { now: NOW });
  expect(JSON.stringify(scope)).toBe(before);
});

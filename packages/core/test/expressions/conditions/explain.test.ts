import { compileCondition } from '../../../src/expressions/conditions/compile-condition';
import type { ExplainNode } from '../../../src/expressions/conditions/explain-node';
import type { Diagnostic } from '../../../src/expressions/diagnostic';

const NOW = Date.parse('2024-01-10T10:00:00Z');
const scope = { profile: { n: 5, s: 'text', list: [{ a: 1 }, { a: 2 }, { a: 3 }] }, event: { type: 'order' } };

function explain(text: string, diagnostics?: Diagnostic[]): ExplainNode {
  return compileCondition(text).explain(scope, diagnostics === undefined ? { now: NOW } : { now: NOW, diagnostics });
}

test('every part has its text, values and result', () => {
  expect(explain('(profile@n == 6 OR NOT profile@missing EXISTS) AND event@type IN ["order", "return"]')).toEqual({
    text: '(profile@n == 6 OR NOT profile@missing EXISTS) AND event@type IN ["order", "return"]',
    operator: 'AND',
    result: true,
    evaluated: true,
    children: [
      {
        text: 'profile@n == 6 OR NOT profile@missing EXISTS',
        operator: 'OR',
        result: true,
        evaluated: true,
        children: [
          {
            text: 'profile@n == 6',
            operator: '==',
            result: false,
            evaluated: true,
            operands: [
              { text: 'profile@n', value: 5 },
              { text: '6', value: 6 },
            ],
          },
          {
            text: 'NOT profile@missing EXISTS',
            operator: 'NOT',
            result: true,
            evaluated: true,
            children: [
              {
                text: 'profile@missing EXISTS',
                operator: 'EXISTS',
                result: false,
                evaluated: true,
                operands: [{ text: 'profile@missing', value: null, missing: true }],
              },
            ],
          },
        ],
      },
      {
        text: 'event@type IN ["order", "return"]',
        operator: 'IN',
        result: true,
        evaluated: true,
        operands: [
          { text: 'event@type', value: 'order' },
          { text: '["order", "return"]', value: ['order', 'return'] },
        ],
      },
    ],
  });
});

test('what was decided before is marked as not evaluated and leaves no diagnostic', () => {
  const diagnostics: Diagnostic[] = [];
  const { children } = explain('profile@n == 6 AND (profile@s > 3 OR NOT profile@s > 4)', diagnostics);
  expect(diagnostics).toEqual([]);
  expect(children?.[1]).toEqual({
    text: 'profile@s > 3 OR NOT profile@s > 4',
    operator: 'OR',
    result: null,
    evaluated: false,
    children: [
      { text: 'profile@s > 3', operator: '>', result: null, evaluated: false },
      {
        text: 'NOT profile@s > 4',
        operator: 'NOT',
        result: null,
        evaluated: false,
        children: [{ text: 'profile@s > 4', operator: '>', result: null, evaluated: false }],
      },
    ],
  });
});

test('an undecided part carries its diagnostic, and the caller has it too', () => {
  const diagnostics: Diagnostic[] = [];
  const node = explain('profile@n == 5 AND profile@s NOT BETWEEN 1 AND 2', diagnostics);
  expect(node.result).toBeNull();
  expect(node.children?.[1]).toMatchObject({ operator: 'NOT BETWEEN', result: null, diagnostics });
  expect(diagnostics).toEqual([
    { code: 'CONDITION_TYPE_MISMATCH', message: expect.any(String) as string, position: 19 },
  ]);
});

test('ANY shows the elements up to the one that decides', () => {
  const node = explain('ANY i IN profile@list HAS (i@a > 1)');
  expect(node).toMatchObject({
    operator: 'ANY',
    result: true,
    operands: [{ text: 'profile@list', value: scope.profile.list }],
  });
  expect(node.children?.map(({ result }) => result)).toEqual([false, true]);
});

test('datetimes are shown as text, and what could not be made as null', () => {
  const { operands } = explain('now.offset("+1h") > datetime(profile@missing)');
  expect(JSON.parse(JSON.stringify(operands))).toEqual([
    { text: 'now.offset("+1h")', value: '2024-01-10T11:00:00.000Z' },
    { text: 'datetime(profile@missing)', value: null },
  ]);
});

test('the empty condition explains itself', () => {
  expect(explain('  ')).toEqual({ text: '  ', operator: 'ALWAYS', result: true, evaluated: true });
});

test.each([
  ['profile@n IS NOT NULL', 'IS NOT NULL'],
  ['profile@n is null', 'IS NULL'],
  ['profile@n not empty', 'NOT EMPTY'],
  ['profile@s not contains "x"', 'NOT CONTAINS'],
  ['profile@s starts with "x"', 'STARTS WITH'],
  ['profile@s not matches "x"', 'NOT MATCHES'],
  ['profile@n not in [1]', 'NOT IN'],
  ['profile@n =< 1', '<='],
  ['ALL i IN profile@list HAS (i@a == 1)', 'ALL'],
])('the operator of %s is %s', (text, operator) => {
  expect(explain(text).operator).toBe(operator);
});

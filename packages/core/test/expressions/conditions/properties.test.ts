import fc from 'fast-check';
import { compileCondition } from '../../../src/expressions/conditions/compile-condition';
import { ConditionError } from '../../../src/expressions/conditions/condition-error';
import { parseCondition } from '../../../src/expressions/conditions/parse-condition';
import { printCondition } from '../../../src/expressions/conditions/print-condition';
import type { ConditionTree } from '../../../src/expressions/conditions/tree';
import type { Diagnostic } from '../../../src/expressions/diagnostic';
import { fuzzRuns, FUZZ_TIMEOUT } from '../fuzz-runs';
import { condition, scope } from './arbitrary-condition';
import { evaluateNaively } from './reference-evaluator';

const NOW = Date.parse('2024-01-10T10:00:00Z');

/** A tree without its places in the text. */
function shape(tree: ConditionTree): unknown {
  return JSON.parse(
    JSON.stringify(tree, (key, value: unknown) => (key === 'start' || key === 'end' ? undefined : value)),
  );
}

test(
  'what is printed parses to the same tree',
  () => {
    fc.assert(
      fc.property(condition(), (tree) => {
        const printed = printCondition(tree);
        const parsed = parseCondition(printed);
        expect(shape(parsed)).toEqual(shape(tree));
        expect(printCondition(parsed)).toBe(printed);
      }),
      fuzzRuns(500),
    );
  },
  FUZZ_TIMEOUT,
);

test(
  'evaluating and explaining agree with the naive evaluator',
  () => {
    const seen = { true: 0, false: 0, null: 0 };
    fc.assert(
      fc.property(condition(), scope, (tree, values) => {
        const compiled = compileCondition(printCondition(tree));
        const diagnostics: Diagnostic[] = [];
        const explained: Diagnostic[] = [];
        const expected = evaluateNaively(tree, values, NOW);
        expect(compiled.evaluate(values, { now: NOW, diagnostics })).toBe(expected);
        expect(compiled.explain(values, { now: NOW, diagnostics: explained }).result).toBe(expected);
        expect(explained).toEqual(diagnostics);
        seen[`${expected}`]++;
      }),
      fuzzRuns(1_200),
    );
    // A generator that only makes undecided conditions would show nothing.
    expect(Math.min(seen.true, seen.false, seen.null)).toBeGreaterThan(50);
  },
  FUZZ_TIMEOUT,
);

test(
  'any text compiles or is refused with a code and a place, and what compiles evaluates',
  () => {
    const word = fc.constantFrom(
      ...[
        'profile@a',
        'event@...',
        'x@y',
        'profile.',
        'AND',
        'or',
        'NOT',
        'BETWEEN',
        'is',
        'null',
        'EXISTS',
        'empty',
        'contains',
      ],
      ...[
        'STARTS WITH',
        'ends',
        'IN',
        'matches',
        'ANY i IN',
        'HAS (',
        'ALL',
        'i@a',
        '(',
        ')',
        '[',
        ']',
        ',',
        '==',
        '!=',
        '=',
        '===',
        '>',
        '=<',
      ],
      ...[
        '1',
        '-1.5e3',
        '01',
        '"a"',
        "'b'",
        '"',
        "'",
        '\\',
        'TRUE',
        'now()',
        'datetime(',
        'now.offset("-1d")',
        'lowercase(',
        '@',
        '.',
        '{{',
        '`',
        '\n',
      ],
    );
    const soup = fc.array(
      fc.oneof({ weight: 8, arbitrary: word }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) }),
      { maxLength: 14 },
    );
    const mutated = fc.tuple(condition(), fc.nat(), fc.nat(6), word).map(([tree, at, length, insert]) => {
      const text = printCondition(tree);
      const position = at % (text.length + 1);
      return text.slice(0, position) + insert + text.slice(position + length);
    });
    const start = fc.constantFrom('', '', '\n', '\r\n', '\n\n', '\n'.repeat(16_384));
    const body = fc.oneof(
      soup.map((words) => words.join(' ')),
      soup.map((words) => words.join('')),
      mutated,
      fc.string({ unit: 'binary' }),
    );
    const text = fc.tuple(start, body).map(([before, after]) => before + after);
    fc.assert(
      fc.property(text, scope, (input, values) => {
        let compiled;
        try {
          compiled = compileCondition(input);
        } catch (error) {
          if (!(error instanceof ConditionError)) throw error;
          expect(error.code).toMatch(/^CONDITION_[A-Z_]+$/);
          expect(error.line).toBeGreaterThanOrEqual(1);
          expect(error.column).toBeGreaterThanOrEqual(1);
          expect(error.position).toBeLessThanOrEqual(input.length);
          return;
        }
        expect([true, false, null]).toContain(compiled.evaluate(values, { now: NOW }));
      }),
      fuzzRuns(1_200),
    );
  },
  FUZZ_TIMEOUT,
);

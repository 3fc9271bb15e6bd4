import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileCondition } from '../../../src/expressions/conditions/compile-condition';
import { ConditionError } from '../../../src/expressions/conditions/condition-error';
import type { Diagnostic } from '../../../src/expressions/diagnostic';
import type { Scope } from '../../../src/expressions/scope';

interface Case {
  readonly condition: string;
  readonly expect: boolean | 'rejects';
  readonly diagnostic?: boolean;
}

const vectors = JSON.parse(readFileSync(join(__dirname, '../vectors/conditions.json'), 'utf8')) as {
  scope: Scope;
  cases: Case[];
};

describe('the published cases of the condition language', () => {
  test.each(vectors.cases.map((vector) => [vector.condition, vector] as const))('%s', (condition, vector) => {
    if (vector.expect === 'rejects') {
      expect(() => compileCondition(condition)).toThrow(ConditionError);
      return;
    }
    const diagnostics: Diagnostic[] = [];
    const compiled = compileCondition(condition);
    const result = compiled.evaluate(vectors.scope, { now: Date.UTC(2026, 0, 1), diagnostics });
    expect(result === true).toBe(vector.expect);
    expect(diagnostics.length > 0).toBe(vector.diagnostic === true);
    expect(compiled.explain(vectors.scope, { now: Date.UTC(2026, 0, 1) }).result).toBe(result);
  });
});

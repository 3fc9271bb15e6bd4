import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failureOf } from '../../src/errors/failure';
import { compileCondition } from '../../src/expressions/conditions/compile-condition';
import { DIRECTIVES } from '../../src/expressions/mappings/directives/directive-table';
import { compileMapping } from '../../src/expressions/mappings/compile-mapping';
import type { Scope } from '../../src/expressions/scope';

const references = join(__dirname, '../../../../docs/reference');

function readPage(name: string): string {
  return readFileSync(join(references, name), 'utf8');
}

/** The contents of the fenced blocks with this head. */
function blocks(page: string, head: string): string[] {
  const fenced = page.matchAll(/^```([^\n]*)\n([^]*?)^```$/gm);
  return [...fenced].filter(([, found]) => found === head).map(([, , content]) => content as string);
}

describe('docs/reference/conditions.md', () => {
  const page = readPage('conditions.md');
  const scope = JSON.parse(blocks(page, 'json envelope')[0] as string) as Scope;
  const lines = blocks(page, 'conditions').flatMap((block) => block.trim().split('\n'));

  test('has examples', () => {
    expect(lines.length).toBeGreaterThan(50);
  });

  test.each(lines.map((line) => line.split('→').map((side) => side.trim()) as [string, string]))(
    '%s → %s',
    (text, expected) => {
      const result = (): string => {
        try {
          const decision = compileCondition(text).evaluate(scope, { now: Date.parse('2026-03-29T01:30:00Z') });
          return decision === null ? 'undecided' : String(decision);
        } catch (error) {
          return `refused ${failureOf(error).code}`;
        }
      };
      expect(result()).toBe(expected);
    },
  );
});

describe('docs/reference/mappings.md', () => {
  const page = readPage('mappings.md');
  const scope = JSON.parse(blocks(page, 'json envelope')[0] as string) as Scope;
  const mappings = blocks(page, 'json mapping');
  const payloads = blocks(page, 'json payload');

  test('has a payload for each mapping, and shows each directive', () => {
    expect(payloads).toHaveLength(mappings.length);
    const all = mappings.join('\n');
    expect(Object.keys(DIRECTIVES).filter((name) => !all.includes(`"${name}"`))).toEqual([]);
  });

  test.each(mappings.map((mapping, index) => [index + 1, mapping, payloads[index] as string] as const))(
    'example %d',
    (_index, mapping, payload) => {
      const options = { now: Date.parse('2026-03-29T01:30:00.250Z') };
      expect(compileMapping(JSON.parse(mapping)).apply(scope, options)).toStrictEqual(JSON.parse(payload));
    },
  );
});

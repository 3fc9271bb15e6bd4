import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileMapping } from '../../../src/expressions/mappings/compile-mapping';
import type { Scope } from '../../../src/expressions/scope';

const vectors = JSON.parse(readFileSync(join(__dirname, '../vectors/mappings.json'), 'utf8')) as {
  scope: Scope;
  cases: { mapping: unknown; expect: unknown }[];
};

describe('the published cases of the mapping language', () => {
  test.each(vectors.cases.map(({ mapping, expect }) => [JSON.stringify(mapping), mapping, expect] as const))(
    '%s',
    (_text, mapping, expected) => {
      expect(compileMapping(mapping).apply(vectors.scope, { now: 0 })).toStrictEqual(expected);
    },
  );
});

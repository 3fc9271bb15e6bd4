import { RegisterDestination, type DestinationClass } from '@dest/core';
import {
  destinationCases,
  runConformance,
  type CaseResult,
  type DestinationKit,
  type FakeHttpServer,
} from '../../../src/index';
import { ReferenceDestination, referenceOptions } from '../support/reference-destination';
import { referenceKit } from '../support/reference-kit';
import type { Variation } from './variation';

/** Short, since much is waited for in vain. */
const HASTY = { deadlineMs: 100, patienceMs: 1_000 };

/** Tests that each is found out by its case, and by no other that does not depend on it. */
export function testVariations(variations: readonly Variation[]): void {
  test.each(variations.map((variation) => [variation.does, variation] as const))(
    'one that %s is found out',
    async (_does, { fails, also = [], ...variation }) => {
      expect(destinationCases.map(({ name }) => name)).toContain(fails);
      // Where all depends on it, there is nothing to tell apart.
      const failed = await failedCases(variation, also === 'all' ? [fails] : undefined);
      expect(failed.map(({ name }) => name)).toContain(fails);
      if (also === 'all') return;
      const others = failed.filter(({ name }) => name !== fails && !also.includes(name));
      // A machine under load is slow: what failed for that alone passes with time.
      const real =
        others.length === 0
          ? []
          : await failedCases(
              variation,
              others.map(({ name }) => name),
            );
      expect(real.map(({ name, message }) => `${name}: ${message}`)).toEqual([]);
    },
    120_000,
  );
}

/** The cases that one fails; in haste and side by side, or only these, with time. */
export async function failedCases(
  { Class: makeClass, options, kit }: Omit<Variation, 'fails' | 'does'>,
  alone?: readonly string[],
): Promise<readonly CaseResult[]> {
  const Class = makeClass?.() ?? class extends ReferenceDestination {};
  RegisterDestination({ ...referenceOptions, ...options })(Class);
  const whole: DestinationKit<FakeHttpServer> = { ...referenceKit, ...kit };
  const { results } = await (alone === undefined
    ? runConformance(Class as DestinationClass<object>, { ...whole, ...HASTY }, { concurrency: 8 })
    : runConformance(Class as DestinationClass<object>, whole, {
        only: ({ name }) => alone.includes(name),
      }));
  return results.filter(({ status }) => status === 'failed');
}

import { RegisterDestination, type DestinationClass } from '@dest/core';
import {
  destinationCases,
  runConformance,
  type CaseResult,
  type DestinationCase,
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
      // Those that depend on it have nothing to tell.
      const depends = typeof also === 'function' ? also : ({ name }: DestinationCase) => also.includes(name);
      const telling = destinationCases.filter((each) => each.name === fails || !depends(each));
      const failed = await failedCases(variation, { names: namesOf(telling), inHaste: true });
      expect(namesOf(failed)).toContain(fails);
      const others = namesOf(failed).filter((name) => name !== fails);
      // A machine under load is slow: what failed for that alone passes with time.
      const real = others.length === 0 ? [] : await failedCases(variation, { names: others });
      expect(real.map(({ name, message }) => `${name}: ${message}`)).toEqual([]);
    },
    120_000,
  );
}

export interface Run {
  /** Of the cases that run. Default: all. */
  readonly names?: readonly string[];
  /** Side by side and with little patience. Default: false. */
  readonly inHaste?: boolean;
}

/** The cases that one fails. */
export async function failedCases(
  { Class: makeClass, options, kit }: Omit<Variation, 'fails' | 'does'>,
  { names, inHaste = false }: Run = {},
): Promise<readonly CaseResult[]> {
  const Class = makeClass?.() ?? class extends ReferenceDestination {};
  RegisterDestination({ ...referenceOptions, ...options })(Class);
  const whole: DestinationKit<FakeHttpServer> = { ...referenceKit, ...kit, ...(inHaste ? HASTY : {}) };
  const { results } = await runConformance(Class as DestinationClass<object>, whole, {
    concurrency: inHaste ? 8 : 1,
    only: ({ name }) => names?.includes(name) ?? true,
  });
  return results.filter(({ status }) => status === 'failed');
}

function namesOf(list: readonly { readonly name: string }[]): readonly string[] {
  return list.map(({ name }) => name);
}

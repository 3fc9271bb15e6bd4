import type { DestinationClass } from '@dest/core';
import { destinationCases } from './destination-cases';
import { GROUPS, type Subject } from './destination-case';
import type { DestinationKit } from './destination-kit';
import { inabilityFor } from './inability';
import type { OtherSide } from './other-side';

/** What a test runner such as jest puts into every test file, and `node:test` exports. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly test: (name: string, body: () => Promise<void>, timeoutMs: number) => unknown;
}

/** Generous, for machines that are busy. */
const TIMEOUT_MS = 60_000;

/**
 * Makes a test of each case. Those that are about what the destination can't do, as its kit declares or its class has it,
 * are left out; `runConformance` tells them.
 *
 * @param runner - Default: the global `describe` and `test`, as jest has them
 */
export function describeDestination<Side extends OtherSide>(
  Class: DestinationClass<object>,
  kit: DestinationKit<Side>,
  runner?: TestRunner,
): void {
  const globals: unknown = globalThis;
  const { describe, test } = runner ?? (globals as TestRunner);
  const subject = { Class, kit } as unknown as Subject;
  describe(`${Class.name} keeps to the contract`, () => {
    for (const group of GROUPS) {
      const cases = destinationCases.filter((each) => each.group === group);
      const able = cases.filter(({ needs }) => inabilityFor(subject, needs) === undefined);
      if (able.length === 0) continue;
      describe(group, () => {
        for (const each of able) test(each.name, () => each.run(subject), TIMEOUT_MS);
      });
    }
  });
}

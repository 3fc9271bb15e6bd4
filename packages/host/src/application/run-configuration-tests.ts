import { messageOf, scopeOf, type Decision } from '@dest/core';
import type { ConfigurationTest } from '../configuration/configuration';
import { acceptEnvelope } from '../envelope/accept-envelope';
import type { Application } from './application';
import { differences, type Difference } from './differences';

/** What became of one of a destination's tests. */
export interface ConfigurationTestResult {
  readonly destination: string;
  /** Its name, or its number. */
  readonly name: string;
  /** JSON pointer to it, such as `/destinations/0/tests/1`. */
  readonly path: string;
  readonly passed: boolean;
  /** Where what came out is not what was expected; paths start with `selected`, `reason` or `data`. */
  readonly differences: readonly Difference[];
  /** Why the test could not be run: what it is given is no envelope. */
  readonly problem?: string;
}

/**
 * Runs the tests that the configuration's destinations have: routes what is given, applies the mapping, compares. Nothing
 * is connected or delivered.
 *
 * @param now - the time of acceptance, in milliseconds since the epoch
 */
export function runConfigurationTests(application: Application, now: number): readonly ConfigurationTestResult[] {
  const { destinations, tests } = application.configuration;
  return destinations.flatMap(({ id }, index) =>
    (tests.get(id) ?? []).map((test, number) => ({
      destination: id,
      name: test.name ?? `test ${number + 1}`,
      path: `/destinations/${index}/tests/${number}`,
      ...outcomeOf(application, id, test, now),
    })),
  );
}

function outcomeOf(
  application: Application,
  destination: string,
  { given, expect }: ConfigurationTest,
  now: number,
): Pick<ConfigurationTestResult, 'passed' | 'differences' | 'problem'> {
  let accepted;
  try {
    accepted = acceptEnvelope(given, 'test');
  } catch (error) {
    return { passed: false, differences: [], problem: messageOf(error) };
  }
  const { id: envelopeId, envelope } = accepted;
  const decisions = application.router.route(envelope, { now });
  const { compiled, selected, reason } = decisions.find(
    (each) => each.compiled.destination.id === destination,
  ) as Decision;
  const found: Difference[] = [];
  if (expect.selected !== undefined) found.push(...differences(expect.selected, selected, true, 'selected'));
  if (expect.reason !== undefined) found.push(...differences(expect.reason, reason, true, 'reason'));
  if (expect.data !== undefined) {
    const data = compiled.mapping.apply(scopeOf(envelope), { now, envelopeId });
    found.push(...differences(expect.data, data, expect.exact === true, 'data'));
  }
  // Whoever expects a payload expects the destination to get it.
  if (expect.data !== undefined && expect.selected === undefined && !selected) {
    found.unshift({ path: 'selected', kind: 'different', expected: true, actual: false });
  }
  return { passed: found.length === 0, differences: found };
}

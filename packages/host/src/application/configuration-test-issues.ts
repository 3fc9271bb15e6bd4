import type { ConfigurationIssue } from '../configuration/configuration-issue';
import type { Application } from './application';
import type { Difference } from './differences';
import { runConfigurationTests, type ConfigurationTestResult } from './run-configuration-tests';

/**
 * Runs the configuration's tests; each that fails is an issue whose message shows the difference, a line each: `-` what was
 * expected, `+` what came out.
 *
 * @param now - the time of acceptance, in milliseconds since the epoch
 */
export function configurationTestIssues(application: Application, now: number): readonly ConfigurationIssue[] {
  return runConfigurationTests(application, now)
    .filter(({ passed }) => !passed)
    .map((result) =>
      application.place({
        code: 'CONFIGURATION_TEST_FAILED',
        path: result.path,
        message: describe(result),
        severity: 'error',
      }),
    );
}

function describe({ destination, name, differences, problem }: ConfigurationTestResult): string {
  if (problem !== undefined) return `Destination ${destination}: ${name} can't be run: ${problem}`;
  return [`Destination ${destination}: ${name} fails:`, ...differences.flatMap(linesOf)].join('\n');
}

function linesOf({ path, kind, expected, actual }: Difference): readonly string[] {
  const wanted = `    - ${path}: ${JSON.stringify(expected)}`;
  const found = `    + ${path}: ${JSON.stringify(actual)}`;
  if (kind === 'missing') return [wanted];
  return kind === 'unexpected' ? [found] : [wanted, found];
}

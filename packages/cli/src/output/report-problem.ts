import { failureOf } from '@dest/core';
import { InvalidConfigurationError, type ConfigurationIssue } from '@dest/host';
import { exitCodeOf, isEnvironmentCode, isInputCode } from '../environment-codes';
import { EXIT, type ExitCode } from '../exit-codes';
import type { Console } from './console';
import { describeIssue } from './describe-issue';
import { printable } from './printable';

/** What makes a command impossible: said on stderr and, with `--json`, as JSON on stdout. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly issues?: readonly ConfigurationIssue[];
}

/** Reports a configuration that can't be used as a whole. */
export async function reportInvalidConfiguration(
  console: Console,
  name: string,
  issues: readonly ConfigurationIssue[],
  json: boolean,
): Promise<ExitCode> {
  const errors = issues.filter(({ severity }) => severity === 'error');
  for (const issue of errors) console.note(describeIssue(name, issue, console.noteColors));
  const message = `The configuration ${name} can't be used.`;
  if (json) await console.printProblem({ error: { code: 'CONFIGURATION_INVALID', message, issues: errors } });
  return exitCodeOf(errors) === EXIT.environment ? EXIT.environment : EXIT.invalid;
}

/** Reports what a command threw. A problem of the configuration or the input is told from one of the run. */
export async function reportProblem(console: Console, thrown: unknown, json: boolean): Promise<ExitCode> {
  const { noteColors: colors } = console;
  const { code, message, retry } = failureOf(thrown);
  const text = printable(message);
  if (thrown instanceof InvalidConfigurationError) console.note(text);
  else console.note(`${colors.red(printable(code))} ${text}`);
  if (json) {
    const problem: Problem = { code, message };
    const { issues } = thrown as { issues?: Problem['issues'] };
    await console.printProblem({ error: issues === undefined ? problem : { ...problem, issues } });
  }
  if (thrown instanceof InvalidConfigurationError && exitCodeOf(thrown.issues) === EXIT.environment)
    return EXIT.environment;
  if (isEnvironmentCode(code)) return EXIT.environment;
  return retry === 'configuration' || isInputCode(code) ? EXIT.invalid : EXIT.failed;
}

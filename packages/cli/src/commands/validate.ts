import { configurationTestIssues, inspectApplication, type ConfigurationIssue } from '@dest/host';
import type { CommandContext, GlobalOptions } from '../command-context';
import { exitCodeOf } from '../environment-codes';
import { EXIT, type ExitCode } from '../exit-codes';
import { count } from '../output/count';
import { describeIssue } from '../output/describe-issue';
import { loggerFor } from '../output/logger';

/** `dest validate [file]`: everything that is wrong with a configuration, each with its place. */
export async function validate(
  context: CommandContext,
  file: string | undefined,
  options: GlobalOptions,
): Promise<ExitCode> {
  const { console, environment, clock, faults } = context;
  const config = file ?? options.config;
  const logger = loggerFor(console, options.verbose);
  const { application, issues: found, name } = await inspectApplication({ config, environment, clock, logger });
  if (application !== undefined) {
    console.redactWith(application.redact);
    faults.watch(application, console);
  }
  const tests = application === undefined ? [] : configurationTestIssues(application, clock.now());
  const issues = [...found, ...tests];
  await application?.close();
  const exitCode = exitCodeOf(issues, application);
  const sorted = [...issues].sort(
    (left, right) => (left.line ?? 0) - (right.line ?? 0) || (left.column ?? 0) - (right.column ?? 0),
  );
  if (options.json) {
    await console.printJson({ valid: exitCode === EXIT.done, issues: sorted.map(jsonOf) });
    return exitCode;
  }
  const { colors } = console;
  for (const issue of sorted) await console.print(describeIssue(name, issue, colors));
  const errors = issues.filter(({ severity }) => severity === 'error').length;
  const warnings = issues.length - errors;
  const notes = warnings === 0 ? '' : `, ${count(warnings, 'warning')}`;
  if (errors > 0) await console.print(`${colors.red('✘')} ${name}: ${count(errors, 'error')}${notes}`);
  else {
    const { plugins = [], destinations = [], intakes = [] } = application ?? {};
    const tested = [...(application?.configuration.tests.values() ?? [])].flat().length;
    const passed = tested === 0 ? '' : `, ${count(tested, 'test')} passed`;
    const taken = intakes.length === 0 ? '' : `, ${count(intakes.length, 'intake')}`;
    const what = `${count(plugins.length, 'plugin')}, ${count(destinations.length, 'destination')}${taken}${passed}`;
    await console.print(`${colors.green('✔')} ${name} is valid: ${what}${notes}`);
  }
  return exitCode;
}

/** Line and column are null where there is no file to point into. */
function jsonOf({ code, path, message, line, column, severity }: ConfigurationIssue): object {
  return { code, path, message, line: line ?? null, column: column ?? null, severity };
}

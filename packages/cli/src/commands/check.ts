import { ConfigurationError } from '@dest/core';
import {
  checkDestination,
  checkIntake,
  type Application,
  type ConfigurationIssue,
  type DestinationCheck,
  type InstanceCheck,
  type IntakeCheck,
} from '@dest/host';
import type { CommandContext, GlobalOptions } from '../command-context';
import { exitCodeOf, isEnvironmentCode } from '../environment-codes';
import { EXIT, worstOf, type ExitCode } from '../exit-codes';
import type { Colors } from '../output/colors';
import { indent } from '../output/indent';
import { loggerFor } from '../output/logger';
import { load } from './load';

/** One thing to check. */
interface Pending {
  /** What keeps an instance from being made. */
  readonly issues: readonly ConfigurationIssue[];
  readonly result: Promise<DestinationCheck | IntakeCheck>;
}

/**
 * `dest check [name…]`: whether the other side of each destination is there and may be written to, and that of each intake
 * may be read from.
 */
export async function check(
  context: CommandContext,
  wanted: readonly string[],
  options: GlobalOptions,
): Promise<ExitCode> {
  const loaded = await load(context, options);
  if (loaded.application === undefined) return loaded.exitCode;
  const { application } = loaded;
  const { console } = context;
  try {
    const chosen = choose(application, wanted);
    const codes: ExitCode[] = [];
    const results: (DestinationCheck | IntakeCheck)[] = [];
    for (const { issues, result: pending } of begin(application, chosen, context, options)) {
      const result = await pending;
      codes.push(exitCodeFor(result, issues, application));
      results.push(result);
      if (!options.json) await console.print(render(result, console.colors));
    }
    const exitCode = worstOf(codes);
    if (options.json) {
      const destinations = results.filter((result) => 'destination' in result);
      const intakes = results.filter((result) => 'intake' in result);
      const ofIntakes = intakes.length === 0 ? {} : { intakes };
      await console.printJson({ ok: exitCode === EXIT.done, destinations, ...ofIntakes });
    } else if (results.length === 0) {
      await console.print(`${application.name} has no enabled destinations or intakes to check.`);
    }
    return exitCode;
  } finally {
    await application.close();
  }
}

/** What is to be checked. */
type Chosen = Pick<Application, 'destinations' | 'intakes'>;

/** Those that are named, disabled or not; else all that are enabled. */
function choose({ destinations, intakes }: Application, wanted: readonly string[]): Chosen {
  const ids = [
    ...destinations.map(({ compiled }) => compiled.destination.id),
    ...intakes.map(({ intake }) => intake.id),
  ];
  const unknown = wanted.filter((id) => !ids.includes(id));
  if (unknown.length > 0) {
    throw new ConfigurationError(`There is no destination ${unknown.join(', ')}. There are: ${ids.join(', ')}.`, {
      code: 'DESTINATION_UNKNOWN',
    });
  }
  if (wanted.length > 0) {
    return {
      destinations: destinations.filter(({ compiled }) => wanted.includes(compiled.destination.id)),
      intakes: intakes.filter(({ intake }) => wanted.includes(intake.id)),
    };
  }
  return {
    destinations: destinations.filter(({ compiled }) => compiled.destination.enabled && compiled.resourceEnabled),
    intakes: intakes.filter(({ intake, resource }) => intake.enabled && resource?.enabled !== false),
  };
}

/** Begins all checks, which run side by side. */
function begin(
  application: Application,
  { destinations, intakes }: Chosen,
  { console, clock }: CommandContext,
  { verbose }: GlobalOptions,
): readonly Pending[] {
  const parts = { clock, logger: loggerFor(console, verbose) };
  return [
    ...destinations.map((configured) => ({
      issues: configured.issues,
      result: checkDestination(application, configured, parts),
    })),
    ...intakes.map((configured) => ({
      issues: configured.issues,
      result: checkIntake(application, configured, parts),
    })),
  ];
}

function exitCodeFor(
  { ok, failure }: InstanceCheck,
  issues: readonly ConfigurationIssue[],
  application: Application,
): ExitCode {
  if (ok) return EXIT.done;
  if (issues.length > 0) return exitCodeOf(issues, application);
  return failure !== null && isEnvironmentCode(failure.code) ? EXIT.environment : EXIT.failed;
}

function render(result: DestinationCheck | IntakeCheck, colors: Colors): string {
  const { package: name, steps, failure, ok } = result;
  const id = 'intake' in result ? `intake ${result.intake}` : result.destination;
  const mark = (fine: boolean): string => (fine ? colors.green('✔') : colors.red('✘'));
  const lines = steps.map(
    (step) => `${mark(step.ok)} ${step.name}${step.message === undefined ? '' : colors.dim(`: ${step.message}`)}`,
  );
  if (failure !== null) lines.push(`${colors.red(failure.code)} ${failure.message}`);
  return [`${mark(ok)} ${colors.bold(id)} ${colors.dim(name)}`, ...lines.map((line) => indent(line, 4))].join('\n');
}

import { ConfigurationError } from '@dest/core';
import { checkDestination, type Application, type ConfiguredDestination, type DestinationCheck } from '@dest/host';
import type { CommandContext, GlobalOptions } from '../command-context';
import { exitCodeOf, isEnvironmentCode } from '../environment-codes';
import { EXIT, worstOf, type ExitCode } from '../exit-codes';
import type { Colors } from '../output/colors';
import { indent } from '../output/indent';
import { loggerFor } from '../output/logger';
import { load } from './load';

/** `dest check [destination…]`: whether the other side of each destination is there and may be written to. */
export async function check(
  context: CommandContext,
  wanted: readonly string[],
  options: GlobalOptions,
): Promise<ExitCode> {
  const loaded = await load(context, options);
  if (loaded.application === undefined) return loaded.exitCode;
  const { application } = loaded;
  const { console, clock } = context;
  const logger = loggerFor(console, options.verbose);
  try {
    const chosen = choose(application, wanted);
    const codes: ExitCode[] = [];
    const results: object[] = [];
    const checks = chosen.map(async (configured) => ({
      configured,
      result: await checkDestination(application, configured, { clock, logger }),
    }));
    for (const pending of checks) {
      const { configured, result } = await pending;
      codes.push(exitCodeFor(result, configured, application));
      results.push(result);
      if (!options.json) await console.print(render(result, console.colors));
    }
    const exitCode = worstOf(codes);
    if (options.json) await console.printJson({ ok: exitCode === EXIT.done, destinations: results });
    else if (chosen.length === 0) await console.print(`${application.name} has no enabled destinations to check.`);
    return exitCode;
  } finally {
    await application.close();
  }
}

/** Those that are named, disabled or not; else all that are enabled. */
function choose({ destinations }: Application, wanted: readonly string[]): readonly ConfiguredDestination[] {
  const ids = destinations.map(({ compiled }) => compiled.destination.id);
  const unknown = wanted.filter((id) => !ids.includes(id));
  if (unknown.length > 0) {
    throw new ConfigurationError(`There is no destination ${unknown.join(', ')}. There are: ${ids.join(', ')}.`, {
      code: 'DESTINATION_UNKNOWN',
    });
  }
  if (wanted.length > 0) return destinations.filter(({ compiled }) => wanted.includes(compiled.destination.id));
  return destinations.filter(({ compiled }) => compiled.destination.enabled && compiled.resourceEnabled);
}

function exitCodeFor(
  { ok, failure }: DestinationCheck,
  { issues }: ConfiguredDestination,
  application: Application,
): ExitCode {
  if (ok) return EXIT.done;
  if (issues.length > 0) return exitCodeOf(issues, application);
  return failure !== null && isEnvironmentCode(failure.code) ? EXIT.environment : EXIT.failed;
}

function render({ destination, package: name, steps, failure, ok }: DestinationCheck, colors: Colors): string {
  const mark = (fine: boolean): string => (fine ? colors.green('✔') : colors.red('✘'));
  const lines = steps.map(
    (step) => `${mark(step.ok)} ${step.name}${step.message === undefined ? '' : colors.dim(`: ${step.message}`)}`,
  );
  if (failure !== null) lines.push(`${colors.red(failure.code)} ${failure.message}`);
  return [`${mark(ok)} ${colors.bold(destination)} ${colors.dim(name)}`, ...lines.map((line) => indent(line, 4))].join(
    '\n',
  );
}

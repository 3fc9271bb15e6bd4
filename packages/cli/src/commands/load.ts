import { inspectApplication, type Application } from '@dest/host';
import type { CommandContext, GlobalOptions } from '../command-context';
import type { ExitCode } from '../exit-codes';
import { loggerFor } from '../output/logger';
import { reportInvalidConfiguration } from '../output/report-problem';

/** An application, or the exit code where there can't be one, which was reported then. */
export type Loaded =
  { readonly application: Application } | { readonly application?: never; readonly exitCode: ExitCode };

/** Loads the application that `--config` names, for commands that can do nothing without one. */
export async function load(context: CommandContext, options: GlobalOptions): Promise<Loaded> {
  const { console, environment, clock, faults } = context;
  const { config, json, verbose } = options;
  const logger = loggerFor(console, verbose);
  const { application, issues, name } = await inspectApplication({ config, environment, clock, logger });
  if (application !== undefined) {
    console.redactWith(application.redact);
    faults.watch(application, console);
    return { application };
  }
  return { exitCode: await reportInvalidConfiguration(console, name, issues, json) };
}

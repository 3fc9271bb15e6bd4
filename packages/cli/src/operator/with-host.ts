import { ConfigurationError, failureOf } from '@dest/core';
import {
  connectControl,
  locateControl,
  startHost,
  type ControlClient,
  type ControlPing,
  type Host,
  type HostControl,
} from '@dest/host';
import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CommandContext, GlobalOptions } from '../command-context';
import type { ExitCode } from '../exit-codes';
import { loggerFor } from '../output/logger';
import { describeOutboxInUse } from './outbox-in-use';

/** A host to operate: one that runs, or one without delivery, opened for this command. */
export interface OperatedHost {
  readonly control: HostControl;
  readonly running: boolean;
}

/** What a command wants of a host: what changes something may not be done to another one by mistake. */
export type Purpose = 'look' | 'change';

/**
 * Does something with the host of a configuration: with the one that runs, by its control socket; where none does, with its
 * outbox, delivering nothing.
 *
 * @throws ConfigurationError `HOST_NOT_RUNNING` where none runs and the outbox is memory, `HOST_FOREIGN` where something
 *   should be changed and the host that answers runs by another file; what connecting or opening throws
 */
export async function withHost(
  context: CommandContext,
  options: GlobalOptions,
  purpose: Purpose,
  use: (host: OperatedHost) => Promise<ExitCode>,
): Promise<ExitCode> {
  const client = await connect(context, options, purpose);
  if (client !== undefined) return whileRunning(client, use);
  const host = await openOutbox(context, options);
  try {
    return await use({ control: host, running: false });
  } finally {
    await host.close();
  }
}

/** The same for changes that only a running host can make. @throws ConfigurationError `HOST_NOT_RUNNING`, `HOST_FOREIGN` */
export async function withRunningHost(
  context: CommandContext,
  options: GlobalOptions,
  use: (host: OperatedHost & { readonly control: ControlClient }) => Promise<ExitCode>,
): Promise<ExitCode> {
  const client = await connect(context, options, 'change');
  if (client === undefined) {
    // Where there is none, the operator should look for that first.
    if (!existsSync(options.config)) throw missing(options.config);
    throw notRunning(`No host runs by ${options.config}.`);
  }
  return whileRunning(client, (host) => use({ ...host, control: client }));
}

async function whileRunning(client: ControlClient, use: (host: OperatedHost) => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await use({ control: client, running: true });
  } finally {
    await client.close();
  }
}

/** The host that runs by this configuration; undefined where none does. */
async function connect(
  context: CommandContext,
  { config }: GlobalOptions,
  purpose: Purpose,
): Promise<ControlClient | undefined> {
  const { console, environment } = context;
  let client: ControlClient;
  try {
    client = await connectControl(await locateControl(config, environment));
  } catch (error) {
    if (failureOf(error).code === 'HOST_NOT_RUNNING') return undefined;
    throw error;
  }
  try {
    const other = describeOther(await client.ping(), config);
    if (other !== undefined && purpose === 'change') {
      throw new ConfigurationError(`${other} Name that file with --config, or give each a control.path of its own.`, {
        code: 'HOST_FOREIGN',
      });
    }
    if (other !== undefined) console.note(console.noteColors.yellow(other));
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** What to say where a host runs by another file; one that was made by a program has none. */
function describeOther({ configuration, pid }: ControlPing, config: string): string | undefined {
  if (configuration === '' || isSameFile(configuration, config)) return undefined;
  return `The host that answers (process ${pid}) runs by ${configuration}, not by ${config}.`;
}

function isSameFile(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return resolve(one) === resolve(other);
  }
}

async function openOutbox(context: CommandContext, options: GlobalOptions): Promise<Host> {
  const { console, environment, clock, faults } = context;
  const { config, verbose } = options;
  let host: Host;
  try {
    const quiet = { deliver: false, intakes: false };
    host = await startHost({ config, environment, clock, logger: loggerFor(console, verbose), ...quiet });
  } catch (error) {
    throw await describeOutboxInUse(error, options, environment);
  }
  console.redactWith((text) => host.redact(text));
  faults.watch(host.application, console);
  if (host.application.configuration.outbox.type !== 'memory') return host;
  await host.close();
  throw notRunning(
    `No host runs by ${config}, and its outbox is memory: what waits and what failed is nowhere but in a host that runs.`,
  );
}

function notRunning(what: string): ConfigurationError {
  return new ConfigurationError(`${what} Start one with dest run.`, { code: 'HOST_NOT_RUNNING' });
}

function missing(config: string): ConfigurationError {
  return new ConfigurationError(`There is no file ${config}. Name yours with --config.`, {
    code: 'CONFIGURATION_UNREADABLE',
  });
}

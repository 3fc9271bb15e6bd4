import { ConfigurationError, failureOf, messageOf } from '@dest/core';
import { connectControl, isReplacedControlPath, locateControl } from '@dest/host';
import type { GlobalOptions } from '../command-context';

/** Says who has an outbox that is in use, and what to do; other errors as they are. */
export async function describeOutboxInUse(
  error: unknown,
  { config }: GlobalOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<unknown> {
  if (failureOf(error).code !== 'OUTBOX_LOCKED') return error;
  const pid = await pidOfHost(config, environment);
  const message =
    pid === undefined
      ? `${messageOf(error)} No host answers for it: another dest command may be at work, or a host that starts or ends. Try again.${await hintOf(config, environment)}`
      : `A host runs on this outbox (process ${pid}): it delivers what it is given, so give it the events. Pipe them into ` +
        'its dest run, or end it first (SIGTERM).';
  return new ConfigurationError(message, { code: 'OUTBOX_LOCKED', cause: error });
}

/** A host with another folder for temporary files can't be found where the socket is among those. */
async function hintOf(config: string, environment: Readonly<Record<string, string | undefined>>): Promise<string> {
  const isShort = isReplacedControlPath(await locateControl(config, environment));
  return isShort ? ' The path of its control socket is long, so that TMPDIR has to be the same here and there.' : '';
}

async function pidOfHost(
  config: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number | undefined> {
  try {
    const client = await connectControl(await locateControl(config, environment));
    try {
      return (await client.ping()).pid;
    } finally {
      await client.close();
    }
  } catch {
    return undefined;
  }
}

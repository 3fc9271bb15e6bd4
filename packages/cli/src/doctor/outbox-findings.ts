import { failureOf } from '@dest/core';
import type { Application, LaneStatus } from '@dest/host';
import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CommandContext, GlobalOptions } from '../command-context';
import { EXIT } from '../exit-codes';
import { withHost, type OperatedHost } from '../operator/with-host';
import { count, formatNumber } from '../output/count';
import { ok, type Finding } from './finding';

const MIB = 1024 * 1024;

/** Less is soon full: an hour of a busy host. */
const MIN_FREE_BYTES = 512 * MIB;

/** How the outbox is: asks the host that runs, else opens it and delivers nothing. One that has no file yet is left so. */
export async function outboxFindings(
  context: CommandContext,
  options: GlobalOptions,
  { configuration: { outbox } }: Application,
): Promise<readonly Finding[]> {
  const path = outbox.type === 'sqlite' ? outbox.path : undefined;
  const bytes = path === undefined ? undefined : await sizeOf(path);
  const disk = path === undefined ? [] : await diskFindings(path);
  if (path !== undefined && bytes === undefined) return [ok('outbox', `no file yet: ${path}`), ...disk];
  const found: Finding[] = [];
  try {
    await withHost(context, options, 'look', async (host) => {
      found.push(...(await ask(host, bytes)));
      return EXIT.done;
    });
  } catch (error) {
    const { code, message } = failureOf(error);
    // What is in memory goes with the process: there is nothing to look at where none runs.
    if (code === 'HOST_NOT_RUNNING') found.push(ok('outbox', 'in memory, and no host runs'));
    else
      found.push({
        area: 'outbox',
        severity: 'error',
        code,
        message,
        remedy: 'Do as it says; docs/reference/errors.md has the code.',
      });
  }
  return [...found, ...disk];
}

async function ask({ control, running }: OperatedHost, bytes: number | undefined): Promise<readonly Finding[]> {
  const lanes = await control.lanes();
  const dead = await control.countDeadLetters({});
  // A host of an earlier version isn't asked.
  const quarantined = await control.countQuarantined().catch((error: unknown) => {
    if (failureOf(error).code === 'CONTROL_REQUEST_INVALID') return undefined;
    throw error;
  });
  const waiting = lanes.reduce((sum, lane) => sum + lane.waiting, 0);
  const size = bytes === undefined ? '' : `, ${mib(bytes)} on disk`;
  const facts = `${formatNumber(waiting)} waiting, ${count(dead, 'dead letter')}${size}; ${running ? 'a host runs' : 'no host runs'}`;
  return [
    ok('outbox', facts),
    ...(quarantined === undefined || quarantined === 0 ? [] : [damaged(quarantined)]),
    ...(dead === 0 ? [] : [deadLetters(dead)]),
    ...lanes.flatMap((lane) => held(lane)),
  ];
}

function damaged(quarantined: number): Finding {
  return {
    area: 'outbox',
    severity: 'warning',
    code: 'OUTBOX_QUARANTINED',
    message: `${count(quarantined, 'record')} of the outbox ${quarantined === 1 ? 'is' : 'are'} damaged and set aside: not delivered.`,
    remedy: 'Look after the disk and its file system, and send again what is missing.',
  };
}

function deadLetters(dead: number): Finding {
  return {
    area: 'outbox',
    severity: 'warning',
    code: 'DEAD_LETTERS_WAITING',
    message: `${count(dead, 'delivery', 'deliveries')} failed for good.`,
    remedy: 'See why with dest dead-letters list, mend it, and dest dead-letters replay or drop them.',
  };
}

/** Lanes in which something waits that nothing will deliver by itself. */
function held({ destination, state, waiting }: LaneStatus): readonly Finding[] {
  if (waiting === 0 || (state !== 'orphaned' && state !== 'paused')) return [];
  const isOrphaned = state === 'orphaned';
  return [
    {
      area: 'outbox',
      severity: 'warning',
      code: isOrphaned ? 'LANE_ORPHANED' : 'LANE_PAUSED',
      message: `${count(waiting, 'delivery', 'deliveries')} for ${destination} ${waiting === 1 ? 'waits' : 'wait'} in a lane that is ${state}.`,
      remedy: isOrphaned
        ? 'dest lanes shows its name: dest lanes move or dest lanes drop it.'
        : `dest lanes shows why; when that is mended: dest lanes resume ${destination}.`,
    },
  ];
}

async function diskFindings(path: string): Promise<readonly Finding[]> {
  const free = await freeBytes(dirname(path));
  return free === undefined ? [] : [diskFinding(path, free)];
}

/** @param free - in bytes */
export function diskFinding(path: string, free: number): Finding {
  if (free >= MIN_FREE_BYTES) return ok('outbox', `${mib(free)} free on its disk`);
  return {
    area: 'outbox',
    severity: 'warning',
    code: 'OUTBOX_DISK_LOW',
    message: `The disk of the outbox ${path} has ${mib(free)} free. When it is full, nothing is taken in.`,
    remedy: 'Make room on it, or name another outbox.path.',
  };
}

/** Of the nearest folder that is there. */
async function freeBytes(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return dirname(folder) === folder ? undefined : freeBytes(dirname(folder));
  }
}

/** With its log; undefined where there is no file. */
async function sizeOf(path: string): Promise<number | undefined> {
  const sizes = await Promise.all(
    [path, `${path}-wal`].map((file) =>
      stat(file)
        .then((found) => found.size)
        .catch(() => undefined),
    ),
  );
  return sizes[0] === undefined ? undefined : sizes[0] + (sizes[1] ?? 0);
}

function mib(bytes: number): string {
  return bytes < MIB ? `${formatNumber(Math.ceil(bytes / 1024))} KiB` : `${formatNumber(Math.floor(bytes / MIB))} MiB`;
}

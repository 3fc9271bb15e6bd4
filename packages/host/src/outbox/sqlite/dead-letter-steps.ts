import type { DeadLetterFilter, LaneIdentity, ReplayReceipt } from '@dest/core';
import type { DeadLetterRow } from './dead-letter-table';
import { STEP_ROWS, type Steps } from './steps';
import type { Tables } from './tables';
import { textOf, toStoredText } from './text-form';

/** A request for replays, as it is stored. */
interface ReplayJob {
  readonly filter: DeadLetterFilter;
  readonly lanes: readonly LaneIdentity[];
  /** Later dead letters are not meant. */
  readonly upTo: number;
  readonly askedAt: number;
}

/** Removes dead letters. */
export function* dropDeadLetters(tables: Tables, filter: DeadLetterFilter): Steps<number> {
  const upTo = tables.letters.lastId;
  for (let count = 0; ;) {
    const letters = tables.letters.select(filter, 0, STEP_ROWS, upTo);
    for (const { id, envelope } of letters) {
      tables.letters.delete(id);
      tables.envelopes.release(envelope);
    }
    count += letters.length;
    if (letters.length < STEP_ROWS) return count;
    yield 'inside';
  }
}

/** Stores a request for replays; `runReplays` fulfils it. */
export function askForReplays(
  tables: Tables,
  filter: DeadLetterFilter,
  lanes: readonly LaneIdentity[],
  askedAt: number,
): ReplayReceipt {
  const upTo = tables.letters.lastId;
  const used = lanesByOwner(lanes);
  const replayed = used.reduce((sum, lane) => sum + countFor(tables, filter, lane), 0);
  const unfitting = tables.letters.count(filter) - replayed;
  if (replayed > 0) {
    const request = JSON.stringify({ filter, lanes: used, upTo, askedAt } satisfies ReplayJob);
    tables.connection.prepare('INSERT INTO replay_jobs(request) VALUES(?)').run([request]);
  }
  return { replayed, unfitting };
}

export function hasReplays(tables: Tables): boolean {
  return tables.connection.prepare('SELECT 1 FROM replay_jobs LIMIT 1').get([]) !== undefined;
}

/** Does one step of the requests that are stored. Returns false where none is left. */
export function runReplays(tables: Tables): boolean {
  const jobs = tables.connection.prepare(
    'SELECT CAST(id AS INTEGER), CAST(request AS BLOB) FROM replay_jobs ORDER BY id LIMIT 1',
  );
  const job = jobs.get([]);
  if (job === undefined) return false;
  const request = readJob(textOf(job[1]));
  let left = request === undefined ? 0 : STEP_ROWS;
  for (const lane of request?.lanes ?? []) {
    const { filter, upTo, askedAt } = request as ReplayJob;
    const of = narrowed(filter, lane);
    const letters = of === undefined ? [] : tables.letters.select(of, 0, left, upTo);
    for (const letter of letters) replay(tables, letter, lane, askedAt);
    left -= letters.length;
    if (left <= 0) return true;
  }
  tables.connection.prepare('DELETE FROM replay_jobs WHERE id = ?').run([job[0] as number]);
  return hasReplays(tables);
}

function readJob(stored: string): ReplayJob | undefined {
  try {
    return JSON.parse(stored) as ReplayJob;
  } catch {
    // Damaged: its dead letters stay what they are, and can be asked for again.
    return undefined;
  }
}

function replay(tables: Tables, letter: DeadLetterRow, identity: LaneIdentity, askedAt: number): void {
  const forgetting = tables.forgettingOf(letter.envelope);
  if (forgetting !== undefined) {
    tables.letters.delete(letter.id);
    return forgetting.tookLetter(letter.id);
  }
  const lane = tables.lanes.findOrMake(identity);
  const { envelope, bytes, tries, details } = letter;
  const { kind, key, changes, history } = details;
  tables.deliveries.insert(
    {
      lane: lane.number + 1,
      sequence: tables.takeSequences(1),
      envelope,
      kind: kind === 'profile' ? 1 : 0,
      key: key === undefined ? null : toStoredText(key),
      changes: changes === undefined ? null : JSON.stringify(changes),
      bytes,
      waitingSince: askedAt,
      attempts: 0,
      tries,
      dueAt: null,
      scheduledAt: null,
      history: history.length === 0 ? null : JSON.stringify(history),
      movedId: null,
    },
    false,
  );
  tables.lanes.count(lane, 1, bytes);
  tables.letters.delete(letter.id);
}

/** The first lane of each destination and debug. */
function lanesByOwner(lanes: readonly LaneIdentity[]): readonly LaneIdentity[] {
  const first = new Map<string, LaneIdentity>();
  for (const lane of lanes) {
    const owner = JSON.stringify([lane.destination, lane.debug]);
    if (!first.has(owner)) first.set(owner, lane);
  }
  return [...first.values()];
}

function countFor(tables: Tables, filter: DeadLetterFilter, lane: LaneIdentity): number {
  const of = narrowed(filter, lane);
  return of === undefined ? 0 : tables.letters.count(of);
}

/** Undefined where the filter asks for another destination. */
function narrowed(
  filter: DeadLetterFilter,
  { destination, debug }: LaneIdentity,
): (DeadLetterFilter & { readonly debug: boolean }) | undefined {
  if (filter.destination !== undefined && filter.destination !== destination) return undefined;
  return { ...filter, destination, debug };
}

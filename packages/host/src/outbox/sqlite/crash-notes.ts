import type { LaneIdentity } from '@dest/core';
import { existsSync, readFileSync, truncateSync } from 'node:fs';
import type { Tables } from './tables';

/** Stands in the notes where the process ended on purpose. */
export const ENDED = 'ended';

/** Where what is in flight is noted. */
export function inflightPathOf(path: string): string {
  return `${path}-inflight`;
}

/**
 * Counts for each delivery at how many crashes in a row it was in flight, by the notes that a process left that did not end
 * properly; and empties them. Where it ended on purpose, what was in flight was tried and is counted for no crash.
 */
export function takeCrashNotes(tables: Tables, path: string): void {
  const file = inflightPathOf(path);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const [header = '', ...lines] = text.split('\n');
  if (header !== '') tables.transaction(() => countCrashes(tables, header, lines));
  if (text !== '') truncateSync(file);
}

function countCrashes(tables: Tables, header: string, lines: readonly string[]): void {
  const { connection } = tables;
  // The same crash isn't counted again where this was interrupted before the notes were emptied.
  const noted = connection.prepare('SELECT CAST(note AS BLOB) FROM state WHERE one = 1').get([])?.[0];
  if (Buffer.isBuffer(noted) && noted.toString('utf8') === header) return;
  connection.prepare('UPDATE state SET note = ? WHERE one = 1').run([header]);
  const isCrash = !lines.includes(ENDED);
  const before = new Map(tables.crashes);
  if (isCrash) {
    tables.crashes.clear();
    connection.execute('DELETE FROM crashes');
  }
  const insert = connection.prepare('INSERT INTO crashes(lane, sequence, count) VALUES(?, ?, ?)');
  for (const { lane, sequence, tries } of inFlight(tables, lines)) {
    const row = tables.deliveries.find(lane, sequence);
    // More tries than are stored: what became of the one before was not stored in time either.
    if (row === undefined || row.tries > tries) continue;
    // It may have arrived: the next try has to know.
    tables.deliveries.update({ ...row, tries: tries + 1 });
    if (!isCrash) continue;
    const key = `${lane}/${sequence}`;
    const count = (before.get(key) ?? 0) + 1;
    tables.crashes.set(key, count);
    insert.run([lane, sequence, count]);
  }
}

interface Noted {
  readonly lane: number;
  readonly sequence: number;
  readonly tries: number;
}

/** Lines: `lane <number> <identity as JSON>`, `+<number>/<replay>/<sequence>/<tries>` when started, `-…` when no longer. */
function inFlight(tables: Tables, lines: readonly string[]): Iterable<Noted> {
  const lanes = new Map<string, number>();
  const noted = new Map<string, Noted>();
  for (const line of lines) {
    const named = /^lane ([0-9]+) (.+)$/.exec(line);
    if (named !== null) {
      const lane = tables.lanes.find(identityOf(named[2] as string))?.number;
      if (lane !== undefined) lanes.set(named[1] as string, lane);
      continue;
    }
    const parts = /^([+-])([0-9]+)\/([01])\/([0-9]+)\/([0-9]+)$/.exec(line);
    const number = lanes.get(parts?.[2] ?? '');
    if (parts === null || number === undefined) continue;
    const [lane, sequence, tries] = [number + Number(parts[3]), Number(parts[4]), Number(parts[5])];
    if (parts[1] === '+') noted.set(`${lane}/${sequence}`, { lane, sequence, tries });
    else noted.delete(`${lane}/${sequence}`);
  }
  return noted.values();
}

function identityOf(json: string): LaneIdentity {
  try {
    const [destination, name, debug, generation] = JSON.parse(json) as [string, string, boolean, number];
    return { destination, package: name, debug, generation };
  } catch {
    return { destination: '', package: '', debug: false, generation: -1 };
  }
}

import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Envelope } from '@dest/core';
import { belongsToProfile } from '@dest/core/outbox';
import type { Row } from './connection';
import { freshPathOf, salvagedPathOf } from './file-swap';
import { Forgetting } from './forgetting';
import { mentionsProfile } from './mentions-profile';
import type { OperationResults } from './protocol';
import { STEP_ROWS, type Steps } from './steps';
import type { Tables } from './tables';

/** How many narrow rows a step looks at. */
const STEP_NARROW_ROWS = 5_000;

/** Removes every envelope of a person that is there by now, with its deliveries and dead letters, from the file itself. */
export function* forgetProfile(tables: Tables, path: string, profileId: string): Steps<OperationResults['forget']> {
  const needles = [profileId, JSON.stringify(profileId).slice(1, -1)].map((text) => Buffer.from(text));
  const envelopes = yield* findEnvelopes(tables, profileId, needles[1] as Buffer);
  const forgetting = new Forgetting(envelopes);
  tables.forgetting.add(forgetting);
  try {
    yield* removeLetters(tables, forgetting);
    yield* removeDeliveries(tables, forgetting);
    yield* removeEnvelopes(tables, envelopes);
  } finally {
    tables.forgetting.delete(forgetting);
  }
  const quarantined = yield* removeQuarantined(tables, profileId, needles);
  yield* wipe(tables);
  const { deliveries, deadLetters } = forgetting;
  const unsearched = unsearchedFiles(path);
  return { deliveries, deadLetters, envelopes: envelopes.size, quarantined, unsearched, gone: [...envelopes] };
}

function* findEnvelopes(tables: Tables, profileId: string, needle: Buffer): Steps<ReadonlySet<number>> {
  const found = new Set<number>();
  const upTo = tables.sequence * 2 + 1;
  const chunk = `SELECT envelope, body FROM envelopes WHERE envelope > ? AND envelope <= ${upTo} ORDER BY envelope LIMIT ${STEP_ROWS}`;
  const end = tables.connection.prepare(`SELECT CAST(MAX(envelope) AS INTEGER), COUNT(*) FROM (${chunk})`);
  const search = tables.connection.prepare(
    `SELECT CAST(envelope AS INTEGER), CAST(body AS BLOB) FROM (${chunk}) WHERE INSTR(body, ?) > 0`,
  );
  for (let after = 0; ;) {
    const [last, count] = end.get([after]) as Row;
    for (const row of search.all([after, needle])) if (isAbout(row, profileId)) found.add(row[0] as number);
    if (count !== STEP_ROWS) return found;
    after = last as number;
    yield 'inside';
  }
}

/** What can't be read any more is taken for the person's, since their id is in it. */
function isAbout(row: Row, profileId: string): boolean {
  try {
    return belongsToProfile(JSON.parse((row[1] as Buffer).toString('utf8')) as Envelope, profileId);
  } catch {
    return true;
  }
}

function* removeLetters(tables: Tables, forgetting: Forgetting): Steps<void> {
  const select = tables.connection.prepare(
    `SELECT CAST(id AS INTEGER), CAST(envelope AS INTEGER) FROM dead_letters WHERE id > ?
     ORDER BY id LIMIT ${STEP_NARROW_ROWS}`,
  );
  for (let after = 0; ;) {
    const rows = select.all([after]);
    for (const [id, envelope] of rows) {
      after = id as number;
      if (forgetting.isAbout(envelope as number) && tables.letters.delete(after)) forgetting.tookLetter(after);
    }
    if (rows.length < STEP_NARROW_ROWS) return;
    yield 'inside';
  }
}

function* removeDeliveries(tables: Tables, forgetting: Forgetting): Steps<void> {
  const select = tables.connection.prepare(
    `SELECT CAST(sequence AS INTEGER), CAST(envelope AS INTEGER), CAST(bytes AS INTEGER), CAST(moved_id AS INTEGER)
     FROM deliveries WHERE lane = ? AND sequence > ? ORDER BY sequence LIMIT ${STEP_NARROW_ROWS}`,
  );
  const numbers = [...tables.lanes.all()].flatMap(({ number }) => [number, number + 1]);
  for (const number of numbers) {
    for (let after = 0; ;) {
      const lane = tables.lanes.ofNumber(number);
      const rows = lane === undefined ? [] : select.all([number, after]);
      for (const [sequence, envelope, bytes, movedId] of rows as readonly (readonly number[])[]) {
        after = sequence as number;
        if (lane === undefined || !forgetting.isAbout(envelope as number)) continue;
        if (!tables.deliveries.delete(number, after, envelope as number)) continue;
        tables.lanes.count(lane, -1, -(bytes as number));
        tables.forgetCrashes(number, after);
        forgetting.tookDelivery(movedId ?? after, lane.identity.destination);
      }
      if (rows.length < STEP_NARROW_ROWS) break;
      yield 'inside';
    }
  }
}

function* removeEnvelopes(tables: Tables, envelopes: ReadonlySet<number>): Steps<void> {
  let inStep = 0;
  for (const envelope of envelopes) {
    tables.envelopes.remove(envelope);
    if (++inStep % STEP_ROWS === 0) yield 'inside';
  }
}

/** What is damaged and was set aside. */
function* removeQuarantined(tables: Tables, profileId: string, needles: readonly Buffer[]): Steps<number> {
  const select = tables.connection.prepare(
    `SELECT CAST(id AS INTEGER), CAST(content AS BLOB) FROM quarantine
     WHERE id > ? AND (INSTR(content, ?) > 0 OR INSTR(content, ?) > 0) ORDER BY id LIMIT ${STEP_ROWS}`,
  );
  const remove = tables.connection.prepare('DELETE FROM quarantine WHERE id = ?');
  let count = 0;
  for (let after = 0; ;) {
    const rows = select.all([after, ...needles]);
    for (const [id, content] of rows) {
      after = id as number;
      if (mentionsProfile(content as Buffer, profileId)) count += remove.run([after]);
    }
    if (rows.length < STEP_ROWS) return count;
    yield 'inside';
  }
}

/** Gives all free pages back and empties the log: what was deleted is in neither of the files then. */
function* wipe(tables: Tables): Steps<void> {
  yield 'inside';
  for (let free = freePages(tables); free > 0; free = freePages(tables)) {
    tables.connection.execute(`PRAGMA incremental_vacuum(${STEP_ROWS})`);
    if (freePages(tables) >= free) break;
    yield 'inside';
  }
  yield 'outside';
  tables.connection.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all([]);
}

function freePages(tables: Tables): number {
  return tables.connection.number('PRAGMA freelist_count');
}

/** What was moved aside as damaged, and what a mend has left that was interrupted. */
function unsearchedFiles(path: string): readonly string[] {
  const name = basename(path);
  const left = [freshPathOf(name), `${freshPathOf(name)}-wal`, salvagedPathOf(name)];
  return readdirSync(dirname(path))
    .filter((found) => found.startsWith(`${name}.damaged-`) || left.includes(found))
    .sort()
    .map((found) => join(dirname(path), found));
}

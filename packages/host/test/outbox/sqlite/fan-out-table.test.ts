import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '../../../src/outbox/sqlite/connection';
import { FanOutTable } from '../../../src/outbox/sqlite/fan-out-table';

const folder = mkdtempSync(join(tmpdir(), 'dest-fan-out-'));
let connection: Connection;

beforeAll(() => {
  connection = new Connection(join(folder, 'fan-out.db'));
  connection.execute('CREATE TABLE fan_out(envelope INTEGER PRIMARY KEY, remaining INTEGER)');
});

afterAll(() => {
  connection.close();
  rmSync(folder, { recursive: true });
});

const left = (): ReadonlyMap<number, number> =>
  new Map(
    connection
      .prepare('SELECT envelope, remaining FROM fan_out ORDER BY envelope')
      .all([])
      .map(([envelope, remaining]) => [envelope as number, remaining as number]),
  );

const release = (copies: ReadonlyMap<number, number>, gone: ReadonlyMap<number, number>): readonly number[] => {
  connection.execute('DELETE FROM fan_out');
  const table = new FanOutTable(connection);
  for (const [envelope, count] of copies) table.add(envelope, count);
  return table.release(gone);
};

/** What should be left, and what has no copies any more. */
function expected(
  copies: ReadonlyMap<number, number>,
  gone: ReadonlyMap<number, number>,
): [Map<number, number>, number[]] {
  const rest = new Map([...copies].sort(([one], [other]) => one - other));
  const unused: number[] = [];
  for (const [envelope, count] of rest) {
    const fewer = count - (gone.get(envelope) ?? 0);
    if (fewer > 0) rest.set(envelope, fewer);
    else {
      rest.delete(envelope);
      unused.push(envelope);
    }
  }
  return [rest, unused];
}

const counts = (most: number): fc.Arbitrary<Map<number, number>> =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: most }), fc.integer({ min: 1, max: 4 })), { maxLength: 60 })
    .map((entries) => new Map(entries.map(([number, count]) => [number * 2 + 1, count])));

test.each([30, 2_000])('exactly the copies that went are taken off, among %d envelopes and fewer', (most) => {
  fc.assert(
    fc.property(counts(most), counts(most), (copies, gone) => {
      const [rest, unused] = expected(copies, gone);
      expect([...release(copies, gone)].sort((one, other) => one - other)).toEqual(unused);
      expect(left()).toEqual(rest);
    }),
  );
});

test('what lies between those that are far apart stays', () => {
  const copies = new Map(Array.from({ length: 5_000 }, (_, index) => [index * 2 + 1, 2]));
  const gone = new Map(Array.from({ length: 50 }, (_, index) => [index * 200 + 1, index % 2 === 0 ? 1 : 2]));
  const [rest, unused] = expected(copies, gone);
  expect(release(copies, gone)).toEqual(unused);
  expect(left()).toEqual(rest);
});

test('a row that lost its number hides no other one, and is kept', () => {
  connection.execute('DELETE FROM fan_out');
  const table = new FanOutTable(connection);
  for (const envelope of [1, 3, 5, 7, 9]) table.add(envelope, 1);
  table.flush();
  connection.execute('UPDATE fan_out SET remaining = NULL WHERE envelope IN (3, 7)');
  const gone = new Map([1, 5, 7, 9].map((envelope) => [envelope, 1]));
  expect(table.release(gone)).toEqual([1, 5, 9]);
  expect([...left().keys()]).toEqual([3, 7]);
});

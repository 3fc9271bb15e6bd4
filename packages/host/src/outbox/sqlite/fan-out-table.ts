import type { Connection, Statement, Value } from './connection';
import { ManyRows, slots } from './many-rows';
import { textOf } from './text-form';

/** Of a damaged row it may be nothing: its envelope is rather kept than lost. */
const REMAINING = 'IFNULL(CAST(remaining AS INTEGER), 1000000)';

/** Rows that follow one another in the table, to which the same happens. */
interface Run {
  readonly first: number;
  last: number;
  /** How many copies of each go. */
  readonly gone: number;
  /** None is left. */
  readonly isUnused: boolean;
}

/** How many copies are left of envelopes that had several. */
export class FanOutTable {
  readonly #insert: ManyRows;
  readonly #remainingBetween: Statement;
  readonly #lessBetween: Statement;
  readonly #deleteBetween: Statement;
  /** Values of rows that are to be inserted. */
  #added: Value[] = [];

  constructor(connection: Connection) {
    this.#insert = new ManyRows(
      connection,
      (rows) => `INSERT INTO fan_out(envelope, remaining) VALUES ${slots(rows, 2)}`,
      2,
    );
    this.#remainingBetween = connection.prepare(
      `SELECT CAST(GROUP_CONCAT(row) AS BLOB) FROM (SELECT envelope || ' ' || ${REMAINING} AS row FROM fan_out
       WHERE envelope BETWEEN ? AND ? ORDER BY envelope LIMIT ?)`,
    );
    this.#lessBetween = connection.prepare(
      `UPDATE fan_out SET remaining = ${REMAINING} - ? WHERE envelope BETWEEN ? AND ?`,
    );
    this.#deleteBetween = connection.prepare('DELETE FROM fan_out WHERE envelope BETWEEN ? AND ?');
  }

  /** Inserts it before this table is asked for anything else, or by `flush`. */
  add(envelope: number, copies: number): void {
    this.#added.push(envelope, copies);
  }

  flush(): void {
    const added = this.#added;
    if (added.length === 0) return;
    this.#added = [];
    this.#insert.run(added);
  }

  /** After a rollback. */
  reset(): void {
    this.#added = [];
  }

  delete(envelope: number): void {
    this.flush();
    this.#deleteBetween.run([envelope, envelope]);
  }

  /**
   * Takes off copies, and forgets envelopes of which none is left.
   *
   * @param gone - how many copies of each envelope went
   * @returns those of which none is left
   */
  release(gone: ReadonlyMap<number, number>): readonly number[] {
    this.flush();
    const unused: number[] = [];
    const seen = new Set<number>();
    const wanted = [...gone.keys()].sort((left, right) => left - right);
    // As a rule they lie beside one another. Where most of what is read isn't wanted, each is looked up by itself.
    let rest = wanted;
    for (let isDense = true; isDense && rest.length > 0;) {
      const [first, last] = [rest[0] as number, rest.at(-1) as number];
      const there = this.#read(first, last, rest.length + 1);
      if (!isInOrder(there, first, last)) break;
      this.#apply(runsOf(there, gone, unused));
      for (const { envelope } of there) seen.add(envelope);
      const readTo = there.length > rest.length ? (there.at(-1) as FanOut).envelope : Infinity;
      const later = rest.filter((envelope) => envelope > readTo);
      isDense = (rest.length - later.length) * 4 >= there.length;
      rest = later;
    }
    // Also those that a damaged row hid.
    for (const envelope of wanted) {
      if (seen.has(envelope)) continue;
      const there = this.#read(envelope, envelope, 1);
      if (isInOrder(there, envelope, envelope)) this.#apply(runsOf(there, gone, unused));
    }
    return unused;
  }

  #read(first: number, last: number, limit: number): readonly FanOut[] {
    const text = textOf(this.#remainingBetween.get([first, last, limit])?.[0]);
    if (text === '') return [];
    return text.split(',').map((row) => {
      const [envelope, remaining] = row.split(' ').map(Number);
      return { envelope: envelope as number, remaining: remaining as number };
    });
  }

  #apply(runs: readonly Run[]): void {
    for (const { first, last, gone, isUnused } of runs) {
      if (isUnused) this.#deleteBetween.run([first, last]);
      else this.#lessBetween.run([gone, first, last]);
    }
  }
}

interface FanOut {
  readonly envelope: number;
  readonly remaining: number;
}

/** Whether rows are as they were asked for; a damaged key leads elsewhere. */
function isInOrder(there: readonly FanOut[], first: number, last: number): boolean {
  return there.every(
    ({ envelope }, index) =>
      envelope >= first && envelope <= last && (index === 0 || envelope > (there[index - 1] as FanOut).envelope),
  );
}

/** Puts those together that follow one another. Adds to `unused` those of which no copy is left. */
function runsOf(there: readonly FanOut[], gone: ReadonlyMap<number, number>, unused: number[]): readonly Run[] {
  const runs: Run[] = [];
  let follows = false;
  for (const { envelope, remaining } of there) {
    const count = gone.get(envelope);
    if (count === undefined) {
      follows = false;
      continue;
    }
    const isUnused = remaining <= count;
    if (isUnused) unused.push(envelope);
    const run = runs.at(-1);
    if (follows && run !== undefined && run.isUnused === isUnused && (isUnused || run.gone === count))
      run.last = envelope;
    else runs.push({ first: envelope, last: envelope, gone: count, isUnused });
    follows = true;
  }
  return runs;
}

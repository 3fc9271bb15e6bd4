import type { Connection, Row } from './connection';
import { DamagedFile } from './damaged-file';
import { DeadLetterTable } from './dead-letter-table';
import { DeliveryTable } from './delivery-table';
import { EnvelopeTable } from './envelope-table';
import type { Forgetting } from './forgetting';
import { LaneTable } from './lane-table';
import { Quarantine } from './quarantine';
import { RecentTable } from './recent-table';
import { soundSequence } from './sound-sequence';

/** All tables of an outbox, and what they share within a transaction. */
export class Tables {
  readonly connection: Connection;
  readonly lanes: LaneTable;
  readonly deliveries: DeliveryTable;
  readonly envelopes: EnvelopeTable;
  readonly recent: RecentTable;
  readonly letters: DeadLetterTable;
  readonly quarantine: Quarantine;
  /** At how many crashes in a row a delivery was in flight, by lane and sequence. */
  readonly crashes = new Map<string, number>();
  /** Those that are being forgotten by now. */
  readonly forgetting = new Set<Forgetting>();
  /** Another one whenever what is held in memory was read anew. */
  generation = 0;
  #sequence = 0;
  #writtenSequence = 0;

  constructor(connection: Connection, dedupeWindowMs: number) {
    this.connection = connection;
    this.lanes = new LaneTable(connection);
    this.envelopes = new EnvelopeTable(connection);
    this.recent = new RecentTable(connection, dedupeWindowMs);
    this.quarantine = new Quarantine(connection);
    this.deliveries = new DeliveryTable(connection, (lane, row) => this.#setDeliveryAside(lane, row));
    this.letters = new DeadLetterTable(connection, (row) => this.#setLetterAside(row));
  }

  /** The last sequence that was given. */
  get sequence(): number {
    return this.#sequence;
  }

  /** The first of so many sequences that are nobody else's. */
  takeSequences(count: number): number {
    const first = this.#sequence + 1;
    this.#sequence += count;
    return first;
  }

  /** Reads what is held in memory, also after a rollback. */
  load(): void {
    this.generation++;
    this.deliveries.reset();
    this.envelopes.reset();
    this.recent.reset();
    const stored = this.connection.number('SELECT CAST(sequence AS INTEGER) FROM state WHERE one = 1');
    this.#writtenSequence = stored;
    this.#sequence = stored;
    this.crashes.clear();
    for (const [lane, sequence, count] of this.connection
      .prepare('SELECT CAST(lane AS INTEGER), CAST(sequence AS INTEGER), CAST(count AS INTEGER) FROM crashes')
      .all([])) {
      this.crashes.set(`${Number(lane)}/${Number(sequence)}`, Number(count));
    }
    this.lanes.load();
  }

  /** Goes on behind the highest sequence that anything has, where the stored one is damaged or lost; also after a rollback. */
  goOnBehind(highest: number): void {
    const sequence = soundSequence(this.#sequence, highest);
    if (sequence === this.#sequence) return;
    this.transaction(() => this.skipTo(sequence));
  }

  /** Goes on behind a sequence. */
  skipTo(sequence: number): void {
    this.#sequence = sequence;
  }

  /** Before a commit: writes what is held in memory. */
  write(): void {
    this.envelopes.write();
    this.recent.write();
    this.lanes.write();
    if (this.#sequence === this.#writtenSequence) return;
    this.connection.prepare('UPDATE state SET sequence = ? WHERE one = 1').run([this.#sequence]);
    this.#writtenSequence = this.#sequence;
  }

  /** Runs a body as one transaction. */
  transaction<Result>(body: () => Result): Result {
    try {
      return this.connection.transaction(() => {
        const result = body();
        this.write();
        return result;
      });
    } catch (error) {
      this.#reload();
      throw error;
    }
  }

  /** Where the person of an envelope is being forgotten. */
  forgettingOf(envelope: number): Forgetting | undefined {
    for (const forgetting of this.forgetting) if (forgetting.isAbout(envelope)) return forgetting;
    return undefined;
  }

  forgetCrashes(lane: number, sequence: number): void {
    if (this.crashes.size === 0 || !this.crashes.delete(`${lane}/${sequence}`)) return;
    this.connection.prepare('DELETE FROM crashes WHERE lane = ? AND sequence = ?').run([lane, sequence]);
  }

  /** What went wrong is told, not what goes wrong in reading anew: the next transaction meets that too. */
  #reload(): void {
    try {
      this.load();
    } catch {
      this.crashes.clear();
    }
  }

  #setDeliveryAside(lane: number, row: Row): void {
    const [sequence, envelope, bytes] = [row[1] as number, row[2] as number, row[6] as number];
    // Else it would be met again and again, and hide its neighbours from whoever goes by their keys.
    if (!this.deliveries.delete(lane, sequence, envelope)) throw new DamagedFile('a row is not found by its key');
    this.quarantine.add('deliveries', `${lane}/${sequence}`, contentOf(row));
    const of = this.lanes.ofNumber(lane);
    if (of !== undefined) this.lanes.count(of, -1, -Math.max(0, Math.min(bytes, of.bytes)));
  }

  #setLetterAside(row: Row): void {
    const id = row[0] as number;
    if (!this.letters.delete(id)) throw new DamagedFile('a row is not found by its key');
    this.quarantine.add('dead_letters', String(id), contentOf(row));
  }
}

/** What is kept of a damaged row: as it was, so that it can be searched. */
export function contentOf(row: Row): Buffer {
  return Buffer.concat(
    row.flatMap((value) => [Buffer.isBuffer(value) ? value : Buffer.from(String(value)), Buffer.from('\n')]),
  );
}

import type {
  AcceptedEnvelope,
  AppendReceipt,
  Clock,
  LaneLimit,
  LaneSize,
  NewDelivery,
  Outbox,
  Settlement,
  StoredDelivery,
} from '@dest/core';
import { MemoryLane } from './memory-lane';
import { RecentIds } from './recent-ids';

export interface MemoryOutboxOptions {
  readonly clock: Clock;
  /** How long an envelope's id is remembered, in milliseconds. */
  readonly dedupeWindowMs: number;
}

/** Keeps everything in memory: what it holds is gone with the process. */
export class MemoryOutbox implements Outbox {
  readonly #lanes = new Map<string, MemoryLane>();
  readonly #recent: RecentIds;
  readonly #clock: Clock;
  #sequence = 0;

  constructor(options: MemoryOutboxOptions) {
    this.#clock = options.clock;
    this.#recent = new RecentIds(options.dedupeWindowMs);
  }

  open(): Promise<void> {
    return Promise.resolve();
  }

  append(
    accepted: AcceptedEnvelope,
    deliveries: readonly NewDelivery[],
    limitOf: (destination: string) => LaneLimit,
  ): Promise<AppendReceipt> {
    const owed = this.#recent.add(accepted.id, this.#clock.now());
    if (owed?.size === 0) return Promise.resolve({ duplicate: true, deliveries: [], refused: [], dropped: [] });
    const bytes = Buffer.byteLength(JSON.stringify(accepted.envelope));
    const kept: { id: string; destination: string }[] = [];
    const refused: AppendReceipt['refused'][number][] = [];
    const dropped: { id: string; destination: string }[] = [];
    for (const delivery of deliveries) {
      const { destination } = delivery;
      if (owed !== undefined && !owed.has(destination)) continue;
      const lane = this.#lane(destination);
      const { maxBytes, whenFull } = limitOf(destination);
      if (bytes > maxBytes || (whenFull === 'reject' && lane.bytes + bytes > maxBytes)) {
        refused.push({ destination, reason: 'lane-full' });
        continue;
      }
      while (lane.bytes + bytes > maxBytes) {
        const oldest = lane.oldest() as StoredDelivery;
        lane.remove(oldest);
        dropped.push({ id: oldest.id, destination });
      }
      const sequence = ++this.#sequence;
      const id = String(sequence);
      lane.add({ ...delivery, id, sequence, accepted, attempts: 0, tries: 0, dueAt: accepted.acceptedAt, bytes });
      kept.push({ id, destination });
    }
    // Sent again, the envelope is no duplicate for the lanes that refused it.
    this.#recent.owe(
      accepted.id,
      refused.map(({ destination }) => destination),
    );
    return Promise.resolve({ duplicate: false, deliveries: kept, refused, dropped });
  }

  read(destination: string, limit: number, after: number): Promise<readonly StoredDelivery[]> {
    return Promise.resolve(this.#lane(destination).read(limit, after));
  }

  settle(settlements: readonly Settlement[]): Promise<void> {
    for (const { delivery, outcome } of settlements) {
      const lane = this.#lane(delivery.destination);
      if (outcome.status === 'retry') lane.replace({ ...delivery, attempts: outcome.attempts, dueAt: outcome.dueAt });
      else lane.remove(delivery);
    }
    return Promise.resolve();
  }

  size(destination: string): Promise<LaneSize> {
    return Promise.resolve(this.#lane(destination).size());
  }

  close(): Promise<void> {
    this.#lanes.clear();
    return Promise.resolve();
  }

  #lane(destination: string): MemoryLane {
    let lane = this.#lanes.get(destination);
    if (lane === undefined) this.#lanes.set(destination, (lane = new MemoryLane()));
    return lane;
  }
}

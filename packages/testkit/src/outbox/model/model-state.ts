import type { DeadLetter, Envelope, FailedTry, LaneIdentity, StoredDelivery } from '@dest/core';
import { laneOf } from '../samples';

/** An envelope that was accepted. */
export interface ModelEnvelope {
  readonly id: string;
  readonly envelope: Envelope;
  readonly person: string;
  readonly acceptedAt: number;
  readonly bytes: number;
  /** As the outbox has it, once that was seen. */
  number?: number;
}

/** A delivery that waits. What the outbox chooses is learned when it is seen first. */
export interface ModelDelivery extends Omit<StoredDelivery, 'id' | 'sequence' | 'envelope' | 'bytes' | 'crashes'> {
  readonly envelope: ModelEnvelope;
  readonly history: readonly FailedTry[];
  id?: string;
  sequence?: number;
}

/** A dead letter. */
export interface ModelLetter extends Omit<DeadLetter, 'id' | 'envelopeId' | 'acceptedAt' | 'bytes'> {
  readonly envelope: ModelEnvelope;
  id?: string;
}

/** Two of one destination, which are moved to one another; and one that differs from another in nothing but debug. */
export const LANES = [
  laneOf('orders'),
  laneOf('orders', { generation: 2, package: '@acme/new' }),
  laneOf('people'),
  laneOf('people', { debug: true }),
  laneOf('archive'),
] as const;

export const DESTINATIONS = ['orders', 'people', 'archive'] as const;

export const PERSONS = ['ada', 'bob', 'eve'] as const;

export const CODES = ['REFUSED', 'TOO_LARGE', 'AWAY'] as const;

export const WINDOW_MS = 60_000;

/** What an outbox should hold, as simple as can be. */
export class ModelState {
  /** All that waits and is no replay, of all lanes, in order of acceptance. */
  live: ModelDelivery[] = [];
  replays: ModelDelivery[] = [];
  /** In the order of failing. */
  letters: ModelLetter[] = [];
  /** By id of an envelope: when it came first, and who still wants a copy. */
  readonly known = new Map<string, { readonly since: number; owed: ReadonlySet<string> }>();
  /** What is gone, for settlements that come too late. */
  readonly gone: StoredDelivery[] = [];

  waitingIn(lane: LaneIdentity): readonly ModelDelivery[] {
    return [...this.live, ...this.replays].filter((delivery) => delivery.lane === lane);
  }

  bytesIn(lane: LaneIdentity): number {
    return this.waitingIn(lane).reduce((sum, { envelope }) => sum + envelope.bytes, 0);
  }

  find(id: string): ModelDelivery | undefined {
    return [...this.live, ...this.replays].find((delivery) => delivery.id === id);
  }

  remove(gone: ModelDelivery): void {
    if (gone.id !== undefined && gone.envelope.number !== undefined) this.gone.push(asStored(gone));
    this.live = this.live.filter((delivery) => delivery !== gone);
    this.replays = this.replays.filter((delivery) => delivery !== gone);
  }

  /** Puts another state of a delivery in its place. */
  replace(before: ModelDelivery, after: ModelDelivery): void {
    this.live = this.live.map((delivery) => (delivery === before ? after : delivery));
    this.replays = this.replays.map((delivery) => (delivery === before ? after : delivery));
  }
}

/** A delivery as the outbox gives it, after it was seen. */
export function asStored(delivery: ModelDelivery): StoredDelivery {
  const { history: _, envelope, id = '', sequence = 0, ...rest } = delivery;
  return { ...rest, id, sequence, envelope: envelope.number ?? 0, bytes: envelope.bytes, crashes: 0 };
}

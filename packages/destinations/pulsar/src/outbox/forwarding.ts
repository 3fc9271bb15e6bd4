import { messageOf, type Logger } from '@dest/core';
import { freshDelivery } from '@dest/core/outbox';
import { carryingRecord } from './carrying-record';
import type { Arrival } from './destination-feed';
import { deliveryIdOf, type RecordedCopy } from './envelope-record';
import type { HeldDeliveries } from './held-deliveries';
import type { Numbers } from './numbers';
import type { ParkingTopic } from './parking-topic';

/** It is sent on together, so often. */
const FORWARD_EVERY_MS = 50;

export interface ForwardingOptions {
  readonly run: string;
  readonly logger: Logger;
  readonly numbers: Numbers;
  readonly held: HeldDeliveries;
  readonly topic: ParkingTopic;
}

/** Sends on what comes for keys that are parked, behind what is there of them. */
export class Forwarding {
  readonly #options: ForwardingOptions;
  #forwarding: Arrival[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** One after the other: what came first is published first. */
  #sending: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: ForwardingOptions) {
    this.#options = options;
  }

  /** Sends on what came for a key that is parked. It is acknowledged once it is there. */
  forward(arrival: Arrival): void {
    this.#forwarding.push(arrival);
    this.#options.topic.count(arrival.feed.destination, keyOf(arrival), 1);
    this.#forwardSoon();
  }

  /** Sends nothing more on: it comes again. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #forwardSoon(): void {
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#sending = this.#sending.then(() => this.#forwardAll());
    }, FORWARD_EVERY_MS);
  }

  /** Never rejects. */
  async #forwardAll(): Promise<void> {
    const arrivals = this.#forwarding;
    this.#forwarding = [];
    const byDestination = new Map<string, Arrival[]>();
    for (const arrival of arrivals) {
      const { destination } = arrival.feed;
      byDestination.set(destination, [...(byDestination.get(destination) ?? []), arrival]);
    }
    for (const [destination, some] of byDestination) await this.#forwardSome(destination, some);
  }

  async #forwardSome(destination: string, arrivals: readonly Arrival[]): Promise<void> {
    const { run, numbers, held, logger, topic } = this.#options;
    const moving = arrivals.map(({ record, index }) => {
      const { lane, kind, key, changes, carried } = record.copies[index] as RecordedCopy;
      const { id, envelope, acceptedAt, bytes, envelopeNumber } = record;
      const number = numbers.next();
      const given = {
        lane,
        id: deliveryIdOf(record, index),
        sequence: record.number + index,
        envelope: envelopeNumber,
        waitingSince: acceptedAt,
        tries: 0,
        bytes,
        replay: false,
      };
      const fresh = freshDelivery(given, { kind, key, changes });
      const { history = [], ...state } = carried ?? {};
      const moved = carryingRecord({
        run,
        number,
        accepted: { id, envelope, acceptedAt },
        stored: { ...fresh, ...state },
        history,
      });
      return { name: key ?? given.id, record: moved };
    });
    try {
      await topic.publish(destination, moving, 0);
      for (const { name, message } of arrivals) held.refuse(name, message);
    } catch (error) {
      const message = `What came for keys of ${destination} that are parked is sent on later: ${messageOf(error)}`;
      logger.warn(message, { destination });
      // Those of a connection that is gone come again.
      const again = arrivals.filter(({ message: { isCurrent } }) => isCurrent());
      for (const arrival of again) topic.count(destination, keyOf(arrival), 1);
      this.#forwarding.unshift(...again);
      this.#forwardSoon();
    }
    for (const arrival of arrivals) topic.count(destination, keyOf(arrival), -1);
  }
}

function keyOf({ record, index }: Arrival): string {
  return record.copies[index]?.key ?? deliveryIdOf(record, index);
}

import { MemoryStore } from '@dest/core/outbox';
import type { ReceivedMessage } from '../transport/pulsar-consumer';
import { RecentMap } from './recent-map';

/** So many acknowledgements are remembered: one that got lost is repeated when its message comes again. */
const MOST_DONE = 100_000;

export interface HeldMessage {
  readonly name: string;
  message: ReceivedMessage;
}

/** The deliveries that this host holds, each with the messages that it came by, unacknowledged until it is settled. */
export class HeldDeliveries {
  readonly store = new MemoryStore();
  readonly #messages = new Map<string, HeldMessage[]>();
  readonly #byName = new Map<string, HeldMessage>();
  readonly #done = new RecentMap<true>(MOST_DONE);
  /** Deliveries that are done with, whatever else comes of them. */
  readonly #settled = new RecentMap<true>(MOST_DONE);
  /** Those that may have been with another host before. */
  readonly #late = new Set<string>();
  /** Those that came from where they were parked, with the number of their record there. */
  readonly #parked = new Map<string, number>();
  /** By which message each record came first. */
  readonly #records = new RecentMap<string>(MOST_DONE);

  /** Whether a message came before: then it is taken note of, since only what came last can be acknowledged. */
  knows(name: string, message: ReceivedMessage): boolean {
    const held = this.#byName.get(name);
    if (held !== undefined) held.message = message;
    else if (this.#done.get(name) === true) message.acknowledge();
    else return false;
    return true;
  }

  /** Whether a record came by another message before; else this one is its. */
  isRepeat(record: string, name: string): boolean {
    const first = this.#records.get(record);
    // One that another host had meanwhile is no longer known by its name.
    const isElsewhere = first !== undefined && !this.#byName.has(first) && this.#done.get(first) !== true;
    if (first === undefined || first === name || isElsewhere) this.#records.set(record, name);
    return first !== undefined && first !== name && !isElsewhere;
  }

  /** Holds a message for a delivery, beside those that it came by before. */
  hold(delivery: string, name: string, message: ReceivedMessage): void {
    const held = { name, message };
    this.#byName.set(name, held);
    const others = this.#messages.get(delivery);
    if (others === undefined) this.#messages.set(delivery, [held]);
    else others.push(held);
  }

  /** Whether a delivery is done with. */
  isSettled(delivery: string): boolean {
    return this.#settled.get(delivery) === true;
  }

  /** Notes that a delivery may have been with another host before. */
  noteLate(delivery: string): void {
    this.#late.add(delivery);
  }

  isLate(delivery: string): boolean {
    return this.#late.has(delivery);
  }

  /** Notes that a delivery came from where it was parked. */
  notePark(delivery: string, number: number): void {
    this.#parked.set(delivery, number);
  }

  isParked(delivery: string): boolean {
    return this.#parked.has(delivery);
  }

  /** Under which number a delivery was parked; undefined where it was not. */
  parkedAs(delivery: string): number | undefined {
    return this.#parked.get(delivery);
  }

  /** Acknowledges a message that is for nothing. */
  refuse(name: string, message: ReceivedMessage): void {
    this.#done.set(name, true);
    message.acknowledge();
  }

  /** Removes a delivery that is done with, here and at Pulsar. */
  settle(delivery: string): void {
    this.#settled.set(delivery, true);
    this.leave(delivery);
  }

  /** What a delivery came by until now. */
  messagesOf(delivery: string): readonly HeldMessage[] {
    return [...(this.#messages.get(delivery) ?? [])];
  }

  /**
   * Acknowledges messages of a delivery that goes on by another one. It is removed, unless that one has come meanwhile.
   *
   * @param messages those by which it came before the other one was published
   */
  leave(delivery: string, messages = this.messagesOf(delivery)): void {
    const left = messages.filter(({ name }) => this.#byName.delete(name));
    const others = (this.#messages.get(delivery) ?? []).filter((held) => !left.includes(held));
    if (others.length === 0) this.#remove(delivery);
    else this.#messages.set(delivery, others);
    for (const { name, message } of left) {
      this.#done.set(name, true);
      message.acknowledge();
    }
  }

  /** Removes deliveries of which no message is this host's any more. Returns them. */
  removeLost(isOfFeed: (name: string) => boolean): readonly { readonly id: string; readonly destination: string }[] {
    const removed: { readonly id: string; readonly destination: string }[] = [];
    for (const [id, messages] of this.#messages) {
      const isLost = messages.every(({ name, message }) => isOfFeed(name) && !message.isCurrent());
      const stored = isLost ? this.store.delivery(id)?.stored : undefined;
      if (stored === undefined) continue;
      this.#remove(id);
      removed.push({ id, destination: stored.lane.destination });
    }
    return removed;
  }

  #remove(delivery: string): readonly HeldMessage[] {
    const stored = this.store.delivery(delivery)?.stored;
    if (stored !== undefined) this.store.remove(stored);
    const messages = this.#messages.get(delivery) ?? [];
    this.#messages.delete(delivery);
    this.#parked.delete(delivery);
    this.#late.delete(delivery);
    for (const { name } of messages) this.#byName.delete(name);
    return messages;
  }
}

import type { LaneSize, ReadOptions, StoredDelivery } from '../ports/outbox';
import { SortedList } from './sorted-list';

const bySequence = (left: StoredDelivery, right: StoredDelivery): number => left.sequence - right.sequence;

const byDueTime = (left: StoredDelivery, right: StoredDelivery): number =>
  left.dueAt - right.dueAt || left.sequence - right.sequence;

const byAge = (left: StoredDelivery, right: StoredDelivery): number =>
  left.waitingSince - right.waitingSince || left.sequence - right.sequence;

/** The deliveries of one lane, in each of the orders in which they are asked for. */
export class MemoryLane {
  readonly #waiting = new SortedList(bySequence);
  readonly #retries = new SortedList(byDueTime);
  readonly #replays = new SortedList(byDueTime);
  readonly #ages = new SortedList(byAge);
  /** Profiles that wait under a key, without replays, ascending by sequence. Kept from the first question on. */
  #byKey: Map<string, StoredDelivery[]> | undefined;
  #count = 0;
  #bytes = 0;
  #lastSequence = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** The highest sequence that was ever in the lane; 0 where there was none. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  add(delivery: StoredDelivery): void {
    this.#waiting.add(delivery);
    this.#ages.add(delivery);
    if (delivery.replay) this.#replays.add(delivery);
    else if (delivery.dueAt !== 0) this.#retries.add(delivery);
    this.#noteKey(delivery);
    this.#count++;
    this.#bytes += delivery.bytes;
    this.#lastSequence = Math.max(this.#lastSequence, delivery.sequence);
  }

  /** Removes a delivery that was added, as it was then. */
  remove(delivery: StoredDelivery): void {
    this.#waiting.remove(delivery);
    this.#ages.remove(delivery);
    if (delivery.replay) this.#replays.remove(delivery);
    else if (delivery.dueAt !== 0) this.#retries.remove(delivery);
    this.#forgetKey(delivery);
    this.#count--;
    this.#bytes -= delivery.bytes;
  }

  /** Everything, replays too, in order of acceptance. */
  all(): readonly StoredDelivery[] {
    return [...this.#waiting];
  }

  /** In order of acceptance, without replays. */
  read({ after, limit, which }: ReadOptions): readonly StoredDelivery[] {
    const wanted = (delivery: StoredDelivery): boolean => !delivery.replay && (which === 'all' || delivery.dueAt === 0);
    const isPast = (delivery: StoredDelivery): boolean => delivery.sequence > after;
    return take(this.#waiting.from(isPast), limit, wanted);
  }

  retries(limit: number): readonly StoredDelivery[] {
    return take(this.#retries, limit);
  }

  replays(limit: number): readonly StoredDelivery[] {
    return take(this.#replays, limit);
  }

  /** The first one in order of acceptance that isn't `spared`. */
  first(spared: StoredDelivery | undefined): StoredDelivery | undefined {
    for (const delivery of this.#waiting) if (delivery !== spared) return delivery;
    return undefined;
  }

  /** The profile that came last of those that wait under a key, without replays. */
  latestOf(key: string): StoredDelivery | undefined {
    if (this.#byKey === undefined) {
      this.#byKey = new Map();
      for (const delivery of this.#waiting) this.#noteKey(delivery);
    }
    return this.#byKey.get(key)?.at(-1);
  }

  size(): LaneSize {
    const oldest = this.#ages.first()?.waitingSince;
    return { waiting: this.#count, bytes: this.#bytes, ...(oldest === undefined ? {} : { oldest }) };
  }

  #noteKey(delivery: StoredDelivery): void {
    if (this.#byKey === undefined || !canBeReplaced(delivery)) return;
    const others = this.#byKey.get(delivery.key);
    if (others === undefined) this.#byKey.set(delivery.key, [delivery]);
    else others.splice(others.findLastIndex((other) => bySequence(other, delivery) < 0) + 1, 0, delivery);
  }

  #forgetKey(delivery: StoredDelivery): void {
    if (this.#byKey === undefined || !canBeReplaced(delivery)) return;
    const { key, id } = delivery;
    const others = (this.#byKey.get(key) ?? []).filter((other) => other.id !== id);
    if (others.length === 0) this.#byKey.delete(key);
    else this.#byKey.set(key, others);
  }
}

/** An event happened, whatever comes later: only states of a profile replace one another. */
function canBeReplaced(delivery: StoredDelivery): delivery is StoredDelivery & { readonly key: string } {
  return delivery.kind === 'profile' && delivery.key !== undefined && !delivery.replay;
}

function take(
  deliveries: Iterable<StoredDelivery>,
  limit: number,
  wanted: (delivery: StoredDelivery) => boolean = () => true,
): readonly StoredDelivery[] {
  const taken: StoredDelivery[] = [];
  if (limit <= 0) return taken;
  for (const delivery of deliveries) {
    if (!wanted(delivery)) continue;
    taken.push(delivery);
    if (taken.length >= limit) break;
  }
  return taken;
}

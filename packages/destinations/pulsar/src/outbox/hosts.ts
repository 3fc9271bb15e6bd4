import type { JournalEntry } from './journal-entry';

/** How often a host says that it is there. */
export const HEARTBEAT_MS = 5_000;

/** A host that was silent for so long is taken for gone. */
const SILENT_MS = 4 * HEARTBEAT_MS;

/** So long it is remembered that a host went without a word: what it had under way may come again. */
const REMEMBERED_MS = 7 * 86_400_000;

/** Clocks of hosts differ. */
const CLOCK_SKEW_MS = 10_000;

interface Host {
  readonly at: number;
  readonly reads: ReadonlySet<string>;
  readonly hasLeft: boolean;
  readonly place: string;
}

/** The hosts that share an outbox, by what they say. */
export class Hosts {
  readonly #own: string;
  readonly #hosts = new Map<string, Host>();

  /** @param own the name of this host's run */
  constructor(own: string) {
    this.#own = own;
  }

  /** Whether no other host is there, as far as is known. */
  get isAlone(): boolean {
    for (const [run, host] of this.#hosts) if (run !== this.#own && isThere(host)) return false;
    return true;
  }

  /** Whether another host that is there reads what is for a destination. */
  isReadElsewhere(destination: string): boolean {
    for (const [run, host] of this.#hosts) {
      if (run !== this.#own && isThere(host) && host.reads.has(destination)) return true;
    }
    return false;
  }

  /**
   * Whether a message that was published at a time may have been with another host that did not take leave.
   *
   * @param time milliseconds since the epoch
   */
  mayHaveHad(time: number): boolean {
    for (const [run, { at, hasLeft }] of this.#hosts) {
      if (run !== this.#own && !hasLeft && at >= time - CLOCK_SKEW_MS) return true;
    }
    return false;
  }

  apply({ run, at, reads, left }: JournalEntry & { readonly kind: 'host' }, place: string): void {
    // One that was written once more is not news.
    if (at < (this.#hosts.get(run)?.at ?? 0)) return;
    this.#hosts.set(run, { at, reads: new Set(reads), hasLeft: left === true, place });
  }

  isNeeded(run: string, place: string): boolean {
    const host = this.#hosts.get(run);
    if (host?.place !== place) return false;
    if (!host.hasLeft && Date.now() - host.at < REMEMBERED_MS) return true;
    this.#hosts.delete(run);
    return false;
  }
}

function isThere({ at, hasLeft }: Host): boolean {
  return !hasLeft && Date.now() - at < SILENT_MS;
}

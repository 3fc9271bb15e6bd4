import type { ReceivedMessage } from '../transport/pulsar-consumer';

const SWEEP_EVERY_MS = 1_000;

/** A message that is kept. */
export interface Kept<Trace> {
  readonly trace: Trace;
  readonly place: string;
  /** How many messages came since. */
  readonly age: number;
}

/** What is written in place of messages that are kept. */
export interface Restatement<Trace> {
  /** Resolves when it is written. */
  readonly write: () => Promise<void>;
  readonly instead: readonly Kept<Trace>[];
}

export interface TopicKeeperOptions<Trace> {
  readonly isNeeded: (trace: Trace, place: string) => boolean;
  /** Whether a message was read by this host: before that, it can't know. */
  readonly hasRead: (place: string) => boolean;
  /** What of that which is needed is better written once more, at the end: Pulsar lets go of whole beginnings only. */
  readonly restate: (needed: readonly Kept<Trace>[]) => readonly Restatement<Trace>[];
}

interface HeldMessage<Trace> {
  readonly acknowledge: ReceivedMessage['acknowledge'];
  readonly trace: Trace;
  readonly ordinal: number;
}

/**
 * Holds the messages of a followed topic unacknowledged, so that Pulsar keeps them, and lets go of those that no host needs
 * any more. One host does at a time: the others' subscription gives them nothing.
 */
export class TopicKeeper<Trace> {
  readonly #options: TopicKeeperOptions<Trace>;
  readonly #held = new Map<string, HeldMessage<Trace>>();
  readonly #timer: NodeJS.Timeout;
  #count = 0;
  #isRestating = false;

  constructor(options: TopicKeeperOptions<Trace>) {
    this.#options = options;
    this.#timer = setInterval(() => this.#sweep(), SWEEP_EVERY_MS);
    this.#timer.unref();
  }

  add({ id, acknowledge }: ReceivedMessage, trace: Trace): void {
    this.#held.set(id, { acknowledge, trace, ordinal: ++this.#count });
  }

  /** They come again, here or elsewhere. */
  clear(): void {
    this.#held.clear();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.clear();
  }

  #sweep(): void {
    const { isNeeded, hasRead, restate } = this.#options;
    const needed: Kept<Trace>[] = [];
    for (const [place, { trace, ordinal }] of this.#held) {
      if (!hasRead(place)) break;
      if (isNeeded(trace, place)) needed.push({ trace, place, age: this.#count - ordinal });
      else this.#letGo(place);
    }
    if (!this.#isRestating) void this.#restate(restate(needed));
  }

  /** Never rejects. What could not be written is tried again. */
  async #restate(restatements: readonly Restatement<Trace>[]): Promise<void> {
    this.#isRestating = true;
    for (const { write, instead } of restatements) {
      try {
        await write();
      } catch {
        break;
      }
      for (const { place } of instead) this.#letGo(place);
    }
    this.#isRestating = false;
  }

  #letGo(place: string): void {
    this.#held.get(place)?.acknowledge();
    this.#held.delete(place);
  }
}

import type { ReceivedMessage } from '../transport/pulsar-consumer';

const SWEEP_EVERY_MS = 1_000;

export interface TopicKeeperOptions<Trace> {
  readonly isNeeded: (trace: Trace, place: string) => boolean;
  /** Whether a message was read by this host: before that, it can't know. */
  readonly hasRead: (place: string) => boolean;
}

interface Kept<Trace> {
  readonly message: ReceivedMessage;
  readonly trace: Trace;
}

/**
 * Holds the messages of a followed topic unacknowledged, so that Pulsar keeps them, and lets go of those that no host needs
 * any more. One host does at a time: the others' subscription gives them nothing.
 */
export class TopicKeeper<Trace> {
  readonly #options: TopicKeeperOptions<Trace>;
  readonly #kept = new Map<string, Kept<Trace>>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: TopicKeeperOptions<Trace>) {
    this.#options = options;
    this.#timer = setInterval(() => this.#sweep(), SWEEP_EVERY_MS);
    this.#timer.unref();
  }

  add(message: ReceivedMessage, trace: Trace): void {
    this.#kept.set(message.id, { message, trace });
  }

  /** They come again, here or elsewhere. */
  clear(): void {
    this.#kept.clear();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.clear();
  }

  #sweep(): void {
    const { isNeeded, hasRead } = this.#options;
    for (const [place, { message, trace }] of this.#kept) {
      if (!hasRead(place)) break;
      if (isNeeded(trace, place)) continue;
      message.acknowledge();
      this.#kept.delete(place);
    }
  }
}

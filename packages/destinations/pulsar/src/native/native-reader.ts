import { setTimeout as pause } from 'node:timers/promises';
import { backoffDelay } from '../sending/backoff';
import type { PulsarReader, ReaderListener } from '../transport/pulsar-reader';
import type { NativeClientReader, NativeMessageId } from './native-binding';
import { closeQuietly } from './close-quietly';
import { nativeError } from './native-error';
import { readNativeMessageId } from './native-message-id';

const RECONNECT = { initialMs: 100, maxMs: 30_000 };

export interface NativeReaderOptions {
  /** Address and topic, for messages. */
  readonly where: string;
  readonly after: NativeMessageId;
  /** Makes the client's reader; called again, after what was read, where that one is of no use any more. */
  readonly open: (after: NativeMessageId) => Promise<NativeClientReader>;
}

/** A reader of the native client, which connects again by itself; it makes another one where its own is closed. */
export class NativeReader implements PulsarReader {
  readonly #options: NativeReaderOptions;
  readonly #listener: ReaderListener;
  readonly #closing = new AbortController();
  #current: NativeClientReader;
  #last: NativeMessageId;

  private constructor(options: NativeReaderOptions, listener: ReaderListener, current: NativeClientReader) {
    this.#options = options;
    this.#listener = listener;
    this.#current = current;
    this.#last = options.after;
  }

  /** Rejects where the first opening fails. */
  static async open(options: NativeReaderOptions, listener: ReaderListener): Promise<NativeReader> {
    let first: NativeClientReader;
    try {
      first = await options.open(options.after);
    } catch (error) {
      throw nativeError(options.where, error);
    }
    const reader = new NativeReader(options, listener, first);
    void reader.#run();
    return reader;
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await closeQuietly(this.#current);
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    const { signal } = this.#closing;
    for (let attempt = 0; !signal.aborted;) {
      try {
        const message = await this.#current.readNext();
        if (signal.aborted) return;
        if (attempt > 0) this.#listener.onTrouble(undefined);
        attempt = 0;
        this.#last = message.getMessageId();
        const id = readNativeMessageId(this.#last);
        const [payload, properties] = [message.getData(), message.getProperties()];
        this.#listener.onMessage({ id, payload, properties, cursor: this.#last });
      } catch (error) {
        if (signal.aborted) return;
        this.#listener.onTrouble(nativeError(this.#options.where, error));
        await pause(backoffDelay(attempt++, RECONNECT, Math.random()), undefined, { signal }).catch(() => undefined);
        await this.#renew();
      }
    }
  }

  /** Puts another reader in the place of one that gives nothing any more. */
  async #renew(): Promise<void> {
    await closeQuietly(this.#current);
    if (this.#closing.signal.aborted) return;
    try {
      this.#current = await this.#options.open(this.#last);
      if (this.#closing.signal.aborted) await closeQuietly(this.#current);
    } catch {
      // The one before tells so again at the next read, and this is tried once more.
    }
  }
}

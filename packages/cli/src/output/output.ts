import type { Writable } from 'node:stream';
import type { WritePatience } from './write-patience';

/**
 * Writes to a stream that may be closed at any time by whoever reads it, such as `head`. What is written after that is
 * dropped without a word.
 */
export class Output {
  readonly #stream: Writable;
  readonly #patience: WritePatience;
  #closed = false;
  #failure: Error | undefined;

  /** @param patience - how long a write is waited for. Default: for ever */
  constructor(stream: Writable, patience: WritePatience = (writing) => writing) {
    this.#stream = stream;
    this.#patience = patience;
    stream.on('error', (error: Error) => this.#fail(error));
  }

  /** The other end is gone: there is no use in making more. */
  get closed(): boolean {
    return this.#closed;
  }

  /** What kept the output from being written, where it was not that the reader had enough. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Resolves when the stream takes more, or is not waited for any longer. Never rejects. */
  write(text: string): Promise<void> {
    if (this.#closed) return Promise.resolve();
    const writing = new Promise<void>((resolve) => {
      this.#stream.write(text, (error) => {
        if (error) this.#fail(error);
        resolve();
      });
    });
    return this.#patience(writing);
  }

  #fail(error: Error): void {
    this.#closed = true;
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EPIPE' && code !== 'ERR_STREAM_DESTROYED') this.#failure ??= error;
  }
}

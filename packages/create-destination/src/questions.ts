import { createInterface, type Interface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { messageOf } from './message-of';

/** Asks a person, on a terminal. Ends what it began with `close`. */
export class Questions {
  readonly #lines: Interface;
  readonly #output: Writable;
  readonly #ended: Promise<never>;

  constructor(input: Readable, output: Writable) {
    this.#output = output;
    this.#lines = createInterface({ input, output, terminal: true });
    this.#ended = new Promise((_resolve, reject) => {
      // Ctrl-C and Ctrl-D, after which no answer comes.
      this.#lines.once('close', () => reject(new QuestionsEnded()));
    });
    this.#ended.catch(() => undefined);
  }

  /**
   * Asks until the answer can be read.
   *
   * @param standard - what an empty answer means
   * @param read - throws, with words for the person, where the answer won't do
   * @throws QuestionsEnded
   */
  async ask<Answer>(question: string, standard: string | undefined, read: (answer: string) => Answer): Promise<Answer> {
    for (;;) {
      const asked = this.#lines.question(`${question}${standard === undefined ? '' : ` (${standard})`}: `);
      const answer = (await Promise.race([asked, this.#ended])).trim();
      try {
        return read(answer === '' ? (standard ?? '') : answer);
      } catch (error) {
        this.#output.write(`${messageOf(error)}\n`);
      }
    }
  }

  close(): void {
    this.#lines.close();
  }
}

/** The person went away. */
export class QuestionsEnded extends Error {
  override readonly name = 'QuestionsEnded';
}

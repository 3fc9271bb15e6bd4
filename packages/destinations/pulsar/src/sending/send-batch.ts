import { SendFailure, type SendOutcome } from './send-outcome';

/** Messages that were handed over together, and share one promise: one each would cost more than the sending. */
export class SendBatch<Content> {
  /** One for each message, in order. */
  readonly outcomes: Promise<readonly SendOutcome[]>;
  readonly #firstId: number;
  readonly #contents: readonly Content[];
  readonly #outcomes: SendOutcome[];
  #left: number;
  #next = 0;
  #resolve!: (outcomes: readonly SendOutcome[]) => void;

  /** @param firstId the id of the first message; the others count up from it, and no other batch has any of them */
  constructor(firstId: number, contents: readonly Content[]) {
    this.#firstId = firstId;
    this.#contents = contents;
    this.#outcomes = new Array<SendOutcome>(contents.length);
    this.#left = contents.length;
    this.outcomes = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    if (contents.length === 0) this.#resolve([]);
  }

  idAt(position: number): number {
    return this.#firstId + position;
  }

  contentAt(position: number): Content {
    return this.#contents[position] as Content;
  }

  isSettled(position: number): boolean {
    return this.#outcomes[position] !== undefined;
  }

  /** Says how it ended for one of them; whatever is said after the first time is not heard. */
  settle(position: number, outcome: SendOutcome): void {
    if (this.isSettled(position)) return;
    this.#outcomes[position] = outcome;
    this.#left -= 1;
    if (this.#left === 0) this.#resolve(this.#outcomes);
  }

  /** Fails all that have not ended. */
  fail(error: unknown): void {
    const failure = new SendFailure(error);
    for (let position = 0; position < this.#contents.length; position += 1) this.settle(position, failure);
  }

  /** Whether `takeNext` gives something. */
  get hasNext(): boolean {
    while (this.#next < this.#contents.length && this.isSettled(this.#next)) this.#next += 1;
    return this.#next < this.#contents.length;
  }

  /** The position of the first one that was not taken before and has not ended. */
  takeNext(): number | undefined {
    return this.hasNext ? this.#next++ : undefined;
  }
}

/** The outcome of a message that was sent alone. */
export function onlyOutcome([outcome]: readonly SendOutcome[]): string {
  if (outcome instanceof SendFailure) throw outcome.error;
  return outcome ?? '';
}

/** One and the same failure for each. */
export function failAll(messages: readonly unknown[], error: unknown): readonly SendOutcome[] {
  return messages.map(() => new SendFailure(error));
}

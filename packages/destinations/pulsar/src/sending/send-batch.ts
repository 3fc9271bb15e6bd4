import { SendFailure, type OutcomeTaker, type PendingSend, type SendOutcome } from './pending-send';

/** Messages that were handed over together, and share one promise: one each would cost more than the sending. */
export class SendBatch<Content> implements OutcomeTaker {
  /** What is on its way; those that failed at once are not among them. */
  readonly pending: PendingSend<Content>[] = [];
  /** One for each message, in order. */
  readonly outcomes: Promise<readonly SendOutcome[]>;
  readonly #outcomes: SendOutcome[];
  #left: number;
  #resolve!: (outcomes: readonly SendOutcome[]) => void;

  constructor(size: number) {
    this.#outcomes = new Array<SendOutcome>(size);
    this.#left = size;
    this.outcomes = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    if (size === 0) this.#resolve([]);
  }

  settle(position: number, outcome: SendOutcome): void {
    this.#outcomes[position] = outcome;
    this.#left -= 1;
    if (this.#left === 0) this.#resolve(this.#outcomes);
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

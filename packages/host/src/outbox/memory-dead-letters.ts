import type { DeadLetter, DeadLetterFilter } from '@dest/core';
import { deadLetterTest, SortedList } from '@dest/core/outbox';

/** A dead letter, and which envelope is its. */
export interface HeldDeadLetter extends DeadLetter {
  readonly envelope: number;
}

/** Dead letters in the order in which they failed; all are kept until they are dropped or replayed. */
export class MemoryDeadLetters {
  readonly #byId = new Map<string, HeldDeadLetter>();
  readonly #ordered = new SortedList<HeldDeadLetter>((left, right) => Number(left.id) - Number(right.id));
  #last = 0;

  add(letter: Omit<HeldDeadLetter, 'id'>): void {
    const added = { ...letter, id: String(++this.#last) };
    this.#byId.set(added.id, added);
    this.#ordered.add(added);
  }

  get(id: string): HeldDeadLetter | undefined {
    return this.#byId.get(id);
  }

  /** Ascending by id, those above `after`. */
  *matching(filter: DeadLetterFilter, after?: string): Generator<HeldDeadLetter> {
    const matches = deadLetterTest(filter);
    const last = after === undefined ? 0 : Number(after);
    for (const letter of this.#ordered.from(({ id }) => Number(id) > last)) if (matches(letter)) yield letter;
  }

  remove(letter: HeldDeadLetter): void {
    this.#byId.delete(letter.id);
    this.#ordered.remove(letter);
  }

  clear(): void {
    for (const letter of [...this.#ordered]) this.remove(letter);
  }
}

/** Into how many parts the window is cut: what is forgotten is forgotten a part at a time. */
const PARTS = 30;

/** How many ids a part remembers. So many distinct items at once are not one that fails again and again. */
const MAX_IDS = 1_000;

interface Part {
  readonly index: number;
  answered: number;
  failed: number;
  /** Of what failed. */
  readonly ids: Set<string>;
}

/** What became of tries lately, in bounded memory. An item that fails again and again counts as one failure. */
export class OutcomeWindow {
  readonly #partMs: number;
  /** Oldest first. */
  #parts: Part[] = [];

  constructor(windowMs: number) {
    this.#partMs = Math.max(1, windowMs / PARTS);
  }

  /**
   * Takes note of the outcomes of one call.
   *
   * @param answered - how many worked, or were refused for good
   * @param failed - ids of the others
   */
  note(answered: number, failed: readonly string[], now: number): void {
    this.#forget(now);
    const part = this.#partAt(now);
    part.answered += answered;
    for (const id of failed) {
      if (this.#parts.some(({ ids }) => ids.has(id))) continue;
      part.failed++;
      if (part.ids.size < MAX_IDS) part.ids.add(id);
    }
  }

  /** How many outcomes there were, and how many of them were failures. */
  count(now: number): { readonly outcomes: number; readonly failures: number } {
    this.#forget(now);
    const failures = this.#parts.reduce((sum, { failed }) => sum + failed, 0);
    const answered = this.#parts.reduce((sum, part) => sum + part.answered, 0);
    return { outcomes: answered + failures, failures };
  }

  clear(): void {
    this.#parts = [];
  }

  #partAt(now: number): Part {
    const index = this.#indexOf(now);
    const last = this.#parts.at(-1);
    if (last !== undefined && last.index >= index) return last;
    const part = { index, answered: 0, failed: 0, ids: new Set<string>() };
    this.#parts.push(part);
    return part;
  }

  #forget(now: number): void {
    const oldest = this.#indexOf(now) - PARTS;
    // One that is later than now: the clock was set.
    this.#parts = this.#parts.filter(({ index }) => index > oldest && index <= oldest + PARTS);
  }

  #indexOf(now: number): number {
    return Math.floor(now / this.#partMs);
  }
}

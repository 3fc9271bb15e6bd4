import type { Connection } from './connection';

/** From this share of the file, and this many pages, on, free pages are given back. */
const MAX_FREE_SHARE = 0.25;
const MAX_FREE_PAGES = 1_000;

/** How many pages are given back at a time: about a mebibyte. */
const STEP_PAGES = 256;

/** Gives space back. */
export class Housekeeping {
  readonly #connection: Connection;
  #isGivingBack = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Does one step, outside of a transaction. Returns whether there is more to do. */
  step(): boolean {
    const free = this.#freePages();
    const isMuch = free > MAX_FREE_PAGES && free > this.#connection.number('PRAGMA page_count') * MAX_FREE_SHARE;
    if (isMuch) {
      this.#isGivingBack = true;
      this.#connection.execute(`PRAGMA incremental_vacuum(${STEP_PAGES})`);
      return true;
    }
    // The file becomes smaller when the log is brought into it.
    if (this.#isGivingBack) this.emptyLog();
    this.#isGivingBack = false;
    return false;
  }

  /** Brings the log into the file. */
  emptyLog(): void {
    this.#connection.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all([]);
  }

  /** All free pages, and the log, as far as there is room for that. */
  giveAllBack(): void {
    this.emptyLog();
    // In steps, each of which fits into the log.
    for (let free = this.#freePages(); free > 0;) {
      this.#connection.execute(`PRAGMA incremental_vacuum(${STEP_PAGES})`);
      const left = this.#freePages();
      if (left >= free) break;
      free = left;
    }
    this.emptyLog();
  }

  #freePages(): number {
    return this.#connection.number('PRAGMA freelist_count');
  }
}

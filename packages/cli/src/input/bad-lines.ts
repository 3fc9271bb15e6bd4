import { failureOf } from '@dest/core';
import type { Console } from '../output/console';
import { count } from '../output/count';
import type { BadLine } from './bad-line';

/** How many are shown, and how many are kept for `--json`; the rest are counted. */
const SHOWN = 20;
const KEPT = 1_000;

/** Counts lines that are no envelopes, shows the first of them as they come, keeps a bounded number. */
export class BadLines {
  readonly #console: Console;
  readonly #kept: BadLine[] = [];
  #count = 0;

  constructor(console: Console) {
    this.#console = console;
  }

  get count(): number {
    return this.#count;
  }

  /** The first that were found, at most 1,000, in order: lines are taken side by side. */
  get list(): readonly BadLine[] {
    return this.#kept.toSorted((left, right) => left.line - right.line);
  }

  add(line: number, thrown: unknown): void {
    const { code, message } = failureOf(thrown);
    this.#count++;
    if (this.#kept.length < KEPT) this.#kept.push({ line, code, message });
    const { noteColors: colors } = this.#console;
    if (this.#count <= SHOWN) this.#console.note(`${colors.red(`line ${line}`)} ${code} ${message}`);
    if (this.#count === SHOWN) this.#console.note(colors.dim('Further bad lines are only counted.'));
  }

  /** Says how many there were, where not all were shown. */
  summarize(): void {
    if (this.#count > SHOWN) this.#console.note(`${count(this.#count, 'bad line')} in all.`);
  }
}

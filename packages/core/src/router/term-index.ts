import type { RequiredBound, RequiredTerm } from '../expressions/conditions/required-term';
import type { Scope } from '../expressions/scope';

interface Entry<Term extends RequiredTerm = RequiredTerm> {
  readonly term: Term;
  readonly position: number;
}

/** Terms about one reference, by what they ask of its value. */
export class TermIndex {
  readonly #read: RequiredTerm['read'];
  readonly #equal = new Map<unknown, number[]>();
  /** Ascending: the first that a value is not above ends the search. */
  readonly #above: readonly Entry<RequiredBound>[];
  /** Descending. */
  readonly #below: readonly Entry<RequiredBound>[];

  /** @param entries - at least one, all of the same reference */
  constructor(entries: readonly Entry[]) {
    this.#read = (entries[0] as Entry).term.read;
    const bounds: Entry<RequiredBound>[] = [];
    for (const { term, position } of entries) {
      if (term.kind !== 'equals') {
        bounds.push({ term, position });
        continue;
      }
      const positions = this.#equal.get(term.value);
      if (positions === undefined) this.#equal.set(term.value, [position]);
      else positions.push(position);
    }
    const ascending = bounds.toSorted((left, right) => left.term.bound - right.term.bound);
    this.#above = ascending.filter(({ term }) => term.kind === 'above');
    this.#below = ascending.filter(({ term }) => term.kind === 'below').reverse();
  }

  /** Adds the positions of the terms that the scope's value meets, each once. */
  collect(scope: Scope, found: number[]): void {
    const value = this.#read(scope);
    if (typeof value === 'number') this.#collectBounds(value, found);
    // Equality with a list is equality with one of its elements.
    const values = Array.isArray(value) ? new Set<unknown>(value) : undefined;
    if (values === undefined) addAll(this.#equal.get(value), found);
    else for (const element of values) addAll(this.#equal.get(element), found);
  }

  #collectBounds(value: number, found: number[]): void {
    for (const { term, position } of this.#above) {
      if (value < term.bound) break;
      if (value > term.bound || term.inclusive) found.push(position);
    }
    for (const { term, position } of this.#below) {
      if (value > term.bound) break;
      if (value < term.bound || term.inclusive) found.push(position);
    }
  }
}

function addAll(positions: readonly number[] | undefined, found: number[]): void {
  if (positions !== undefined) for (const position of positions) found.push(position);
}

import type { Scope } from '../expressions/scope';
import type { RequiredTerm } from '../expressions/conditions/required-term';
import type { CompiledDestination } from './compiled-destination';
import { TermIndex } from './term-index';

/** From how many destinations that ask for the same value on, looking it up is faster than asking each. */
const WORTH_AN_INDEX = 4;

/**
 * The destinations that take one type of event, in the configuration's order. Those whose conditions ask the same value for
 * different things (`profile@plan == "pro"`, `event@total > 100`) are looked up by that value, not asked one by one.
 */
export class CandidateList {
  readonly #all: readonly CompiledDestination[];
  /** Positions of those that have to be asked. */
  readonly #asked: readonly number[];
  readonly #askedCandidates: readonly CompiledDestination[];
  readonly #indexes: readonly TermIndex[];

  constructor(candidates: readonly CompiledDestination[]) {
    this.#all = candidates;
    const byReference = new Map<string, { readonly term: RequiredTerm; readonly position: number }[]>();
    candidates.forEach(({ condition }, position) => {
      const term = condition.required;
      if (term === undefined) return;
      const group = byReference.get(term.reference);
      if (group === undefined) byReference.set(term.reference, [{ term, position }]);
      else group.push({ term, position });
    });
    const groups = [...byReference.values()].filter(({ length }) => length >= WORTH_AN_INDEX);
    const indexed = new Set(groups.flatMap((group) => group.map(({ position }) => position)));
    this.#indexes = groups.map((group) => new TermIndex(group));
    this.#asked = candidates.map((_candidate, position) => position).filter((position) => !indexed.has(position));
    this.#askedCandidates = this.#asked.map((position) => candidates[position] as CompiledDestination);
  }

  /** Those whose condition may be true; it has still to be evaluated. */
  possible(scope: Scope): readonly CompiledDestination[] {
    if (this.#indexes.length === 0) return this.#all;
    const found: number[] = [];
    for (const index of this.#indexes) index.collect(scope, found);
    if (found.length === 0) return this.#askedCandidates;
    const positions = [...this.#asked, ...found].sort((left, right) => left - right);
    return positions.map((position) => this.#all[position] as CompiledDestination);
  }
}

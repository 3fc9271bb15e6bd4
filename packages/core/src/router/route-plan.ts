import { CandidateList } from './candidate-list';
import type { CompiledDestination } from './compiled-destination';

/** How many event types without an exact entry are remembered: types come from outside, and must not fill the memory. */
const REMEMBERED_TYPES = 1_000;

/**
 * Destinations by the event type they take, so that those which can't match cost nothing: exact names by hash, the lists
 * of other types (wildcards, and those that take all) are worked out once per type. Lists keep the configuration's order.
 */
export class RoutePlan {
  readonly #byType: Map<string, CandidateList>;
  /** Types in `#byType` that no exact name lists, and that may be forgotten. */
  #remembered: string[] = [];
  /** Those that take all types, also none: for an envelope without an event, and for a type that nobody names. */
  readonly #unrestricted: CandidateList;
  /** Nobody asks for a type. */
  readonly #takesAll: boolean;
  /** Takes types that no exact name lists: wildcards, and no `eventType` at all. */
  readonly #open: readonly CompiledDestination[];

  constructor(destinations: readonly CompiledDestination[]) {
    const active = destinations.filter(({ destination, resourceEnabled }) => destination.enabled && resourceEnabled);
    this.#open = active.filter(({ eventType }) => eventType.names === undefined || eventType.hasWildcards);
    this.#unrestricted = new CandidateList(active.filter(({ eventType }) => eventType.names === undefined));
    this.#takesAll = active.every(({ eventType }) => eventType.names === undefined);
    this.#byType = this.#indexNames(active);
  }

  /** The destinations whose trigger takes this event type; undefined for an envelope without an event. */
  candidates(type: string | undefined): CandidateList {
    if (type === undefined || this.#takesAll) return this.#unrestricted;
    return this.#byType.get(type) ?? this.#workOut(type);
  }

  #indexNames(active: readonly CompiledDestination[]): Map<string, CandidateList> {
    const byName = new Map<string, CompiledDestination[]>();
    for (const compiled of active) {
      for (const name of compiled.eventType.names ?? []) {
        const list = byName.get(name);
        if (list === undefined) byName.set(name, [compiled]);
        else list.push(compiled);
      }
    }
    const order = new Map(active.map((compiled, index) => [compiled, index]));
    const byOrder = (left: CompiledDestination, right: CompiledDestination): number =>
      (order.get(left) as number) - (order.get(right) as number);
    const lists = new Map<string, CandidateList>();
    for (const [name, exact] of byName) {
      const known = new Set(exact);
      const open = this.#open.filter((compiled) => !known.has(compiled) && compiled.eventType.matches(name));
      lists.set(name, new CandidateList(open.length === 0 ? exact : [...exact, ...open].sort(byOrder)));
    }
    return lists;
  }

  #workOut(type: string): CandidateList {
    const list = this.#open.filter(({ eventType }) => eventType.matches(type));
    if (this.#remembered.length >= REMEMBERED_TYPES) {
      for (const old of this.#remembered) this.#byType.delete(old);
      this.#remembered = [];
    }
    const candidates = list.every(({ eventType }) => eventType.names === undefined)
      ? this.#unrestricted
      : new CandidateList(list);
    this.#byType.set(type, candidates);
    this.#remembered.push(type);
    return candidates;
  }
}

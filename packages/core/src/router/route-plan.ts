import type { CompiledDestination } from './compiled-destination';

/** How many event types without an exact entry are remembered: types come from outside, and must not fill the memory. */
const REMEMBERED_TYPES = 1_000;

/**
 * Destinations by the event type they take, so that those which can't match cost nothing: exact names by hash, the lists
 * of other types (wildcards, and those that take all) are worked out once per type. Lists keep the configuration's order.
 */
export class RoutePlan {
  /** Enabled, with an enabled resource. */
  readonly #active: readonly CompiledDestination[];
  readonly #byType = new Map<string, readonly CompiledDestination[]>();
  readonly #others = new Map<string, readonly CompiledDestination[]>();
  /** For an envelope without an event. */
  readonly #withoutEvent: readonly CompiledDestination[];
  /** Takes types that no exact name lists: wildcards, and no `eventType` at all. */
  readonly #open: readonly CompiledDestination[];

  constructor(destinations: readonly CompiledDestination[]) {
    this.#active = destinations.filter(({ destination, resourceEnabled }) => destination.enabled && resourceEnabled);
    this.#withoutEvent = this.#active.filter(({ eventType }) => eventType.names === undefined);
    this.#open = this.#active.filter(({ eventType }) => eventType.names === undefined || eventType.hasWildcards);
    this.#indexNames();
  }

  /** The destinations whose trigger takes this event type; undefined for an envelope without an event. */
  candidates(type: string | undefined): readonly CompiledDestination[] {
    if (type === undefined) return this.#withoutEvent;
    return this.#byType.get(type) ?? this.#others.get(type) ?? this.#workOut(type);
  }

  #indexNames(): void {
    const positions = new Map<string, CompiledDestination[]>();
    for (const compiled of this.#active) {
      for (const name of compiled.eventType.names ?? []) {
        const list = positions.get(name);
        if (list === undefined) positions.set(name, [compiled]);
        else list.push(compiled);
      }
    }
    const order = new Map(this.#active.map((compiled, index) => [compiled, index]));
    const byOrder = (left: CompiledDestination, right: CompiledDestination): number =>
      (order.get(left) as number) - (order.get(right) as number);
    for (const [name, exact] of positions) {
      const open = this.#open.filter((compiled) => !exact.includes(compiled) && compiled.eventType.matches(name));
      this.#byType.set(name, open.length === 0 ? exact : [...exact, ...open].sort(byOrder));
    }
  }

  #workOut(type: string): readonly CompiledDestination[] {
    const list = this.#open.filter(({ eventType }) => eventType.matches(type));
    if (this.#others.size >= REMEMBERED_TYPES) this.#others.clear();
    this.#others.set(type, list);
    return list;
  }
}

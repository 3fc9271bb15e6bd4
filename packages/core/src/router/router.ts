import type { Diagnostic } from '../expressions/diagnostic';
import type { Envelope } from '../model/envelope';
import type { CompiledDestination } from './compiled-destination';
import { profileChanges, touches, type ProfileChanges } from './profile-changes';
import { RoutePlan } from './route-plan';
import { scopeOf } from './scope-of';

/** Why a destination does not receive an envelope: the first that applies, in this order. */
export type SkipReason =
  'disabled' | 'resource-disabled' | 'kind' | 'unchanged' | 'event-type' | 'source' | 'condition';

/** What the router decided for one destination. */
export interface Decision {
  readonly compiled: CompiledDestination;
  readonly selected: boolean;
  readonly reason: 'matched' | SkipReason;
  /** What is called: `dispatchEvent` or `dispatchProfile`. */
  readonly kind: 'event' | 'profile';
  /** Dotted paths of the profile that changed, where that is known. */
  readonly changes?: readonly string[];
  /** `result` is null where the condition can't be decided, and where it was not reached. */
  readonly condition: { readonly result: boolean | null; readonly diagnostics: readonly Diagnostic[] };
}

/** A destination that receives an envelope. */
export type Selection = Pick<Decision, 'compiled' | 'kind' | 'changes'>;

export interface RouteOptions {
  /** Time of acceptance, in milliseconds since the epoch. */
  readonly now: number;
  /** The intake's source, for envelopes whose event names none. */
  readonly source?: string;
}

/** Decides which destinations receive an envelope. Pure: knows no clock and no I/O. */
export class Router {
  readonly #destinations: readonly CompiledDestination[];
  readonly #plan: RoutePlan;

  constructor(destinations: readonly CompiledDestination[]) {
    this.#destinations = destinations;
    this.#plan = new RoutePlan(destinations);
  }

  /** The destinations that receive an envelope, in the configuration's order. Looks only at those whose type fits. */
  select(envelope: Envelope, options: RouteOptions): readonly Selection[] {
    const { event, profile } = envelope;
    const scope = scopeOf(envelope);
    const possible = this.#plan.candidates(event?.type).possible(scope);
    if (possible.length === 0) return NONE;
    let selections: Selection[] | undefined;
    let changes: ProfileChanges | undefined;
    for (let index = 0; index < possible.length; index++) {
      const compiled = possible[index] as CompiledDestination;
      // The plan has seen to `enabled` and the event type.
      const { onProfileChangeOnly, source } = compiled;
      if (onProfileChangeOnly) {
        if (profile === undefined) continue;
        if (!touches((changes ??= profileChanges(envelope)), compiled.destination.changedPaths)) continue;
      } else if (event === undefined && profile === undefined) continue;
      if (source !== undefined && !source.matches(event?.source?.id ?? options.source)) continue;
      if (compiled.condition.evaluate(scope, options) !== true) continue;
      if (profile !== undefined && envelope.profileBefore !== undefined) changes ??= profileChanges(envelope);
      const kind = event !== undefined && !onProfileChangeOnly ? 'event' : 'profile';
      const paths = envelope.changes ?? changes?.paths;
      (selections ??= []).push(paths === undefined ? { compiled, kind } : { compiled, kind, changes: paths });
    }
    return selections ?? NONE;
  }

  /** One decision per destination with its reason, in the configuration's order: for whoever wants to know why. */
  route(envelope: Envelope, options: RouteOptions): readonly Decision[] {
    const routed = new RoutedEnvelope(envelope, options);
    return this.#destinations.map((compiled) => routed.decide(compiled));
  }
}

const NONE: readonly Selection[] = [];

const NOT_REACHED: Decision['condition'] = { result: null, diagnostics: [] };

/** One envelope on its way through the router. */
class RoutedEnvelope {
  readonly #envelope: Envelope;
  readonly #options: RouteOptions;
  #changes: ProfileChanges | undefined;

  constructor(envelope: Envelope, options: RouteOptions) {
    this.#envelope = envelope;
    this.#options = options;
  }

  kindFor({ destination }: CompiledDestination): 'event' | 'profile' {
    return this.#envelope.event !== undefined && !destination.onProfileChangeOnly ? 'event' : 'profile';
  }

  changedPaths(): { readonly changes?: readonly string[] } {
    const { profile, changes } = this.#envelope;
    if (changes !== undefined) return { changes };
    const paths = profile === undefined ? undefined : this.#profileChanges().paths;
    return paths === undefined ? {} : { changes: paths };
  }

  /** Everything before the condition. */
  triggerSkip(compiled: CompiledDestination): SkipReason | undefined {
    const { destination } = compiled;
    const { event, profile } = this.#envelope;
    if (!destination.enabled) return 'disabled';
    if (!compiled.resourceEnabled) return 'resource-disabled';
    if (profile === undefined && (destination.onProfileChangeOnly || event === undefined)) return 'kind';
    if (destination.onProfileChangeOnly && !touches(this.#profileChanges(), destination.changedPaths))
      return 'unchanged';
    if (!compiled.eventType.matches(event?.type)) return 'event-type';
    if (compiled.source?.matches(event?.source?.id ?? this.#options.source) === false) return 'source';
    return undefined;
  }

  decide(compiled: CompiledDestination): Decision {
    const decision = { compiled, kind: this.kindFor(compiled), ...this.changedPaths() };
    const skip = this.triggerSkip(compiled);
    if (skip !== undefined) return { ...decision, selected: false, reason: skip, condition: NOT_REACHED };
    const diagnostics: Diagnostic[] = [];
    const result = compiled.condition.evaluate(scopeOf(this.#envelope), { now: this.#options.now, diagnostics });
    const selected = result === true;
    return { ...decision, selected, reason: selected ? 'matched' : 'condition', condition: { result, diagnostics } };
  }

  /** Compared once, and only where it matters. */
  #profileChanges(): ProfileChanges {
    return (this.#changes ??= profileChanges(this.#envelope));
  }
}

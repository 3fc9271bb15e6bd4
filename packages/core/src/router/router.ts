import type { Diagnostic } from '../expressions/diagnostic';
import type { Envelope } from '../model/envelope';
import type { CompiledDestination } from './compiled-destination';
import { profileChanges, touches, type ProfileChanges } from './profile-changes';

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

export interface RouteOptions {
  /** Time of acceptance, in milliseconds since the epoch. */
  readonly now: number;
  /** The intake's source, for envelopes whose event names none. */
  readonly source?: string;
}

const NOT_REACHED: Decision['condition'] = { result: null, diagnostics: [] };

/** Decides which destinations receive an envelope. Pure: knows no clock and no I/O. */
export class Router {
  readonly #destinations: readonly CompiledDestination[];

  constructor(destinations: readonly CompiledDestination[]) {
    this.#destinations = destinations;
  }

  /** One decision per destination, in the configuration's order. */
  route(envelope: Envelope, options: RouteOptions): readonly Decision[] {
    const changes = envelope.profile === undefined ? undefined : profileChanges(envelope);
    return this.#destinations.map((compiled) => decide(compiled, envelope, changes, options));
  }
}

function decide(
  compiled: CompiledDestination,
  envelope: Envelope,
  changes: ProfileChanges | undefined,
  options: RouteOptions,
): Decision {
  const { destination } = compiled;
  const kind = envelope.event !== undefined && !destination.onProfileChangeOnly ? 'event' : 'profile';
  const paths = changes?.paths === undefined ? {} : { changes: changes.paths };
  const skipped = (reason: SkipReason, condition = NOT_REACHED): Decision => ({
    compiled,
    selected: false,
    reason,
    kind,
    ...paths,
    condition,
  });
  if (!destination.enabled) return skipped('disabled');
  if (!compiled.resourceEnabled) return skipped('resource-disabled');
  if (kind === 'profile' && changes === undefined) return skipped('kind');
  if (destination.onProfileChangeOnly && changes !== undefined && !touches(changes, destination.changedPaths)) {
    return skipped('unchanged');
  }
  if (!compiled.eventType.matches(envelope.event?.type)) return skipped('event-type');
  if (!compiled.source.matches(envelope.event?.source?.id ?? options.source)) return skipped('source');
  const diagnostics: Diagnostic[] = [];
  const result = compiled.condition.evaluate(envelope as never, { now: options.now, diagnostics });
  const condition = { result, diagnostics };
  if (result !== true) return skipped('condition', condition);
  return { compiled, selected: true, reason: 'matched', kind, ...paths, condition };
}

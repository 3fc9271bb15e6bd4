import {
  failureOf,
  messageOf,
  PermanentError,
  scopeOf,
  type BatchItem,
  type CompiledDestination,
  type Data,
  type Failure,
  type LoadedDelivery,
} from '@dest/core';
import { AcceptedText } from '../envelope/accepted-text';
import { PAYLOAD_PARTS } from '../envelope/payload-parts';
import { withLazyParts, type LazyPart, type LazyParts } from './lazy-item';
import { TextParts } from './text-parts';

type OpenItem = { -readonly [Part in keyof BatchItem]?: BatchItem[Part] };

/** The item, or why it can't be made: a payload so deep or so large that it has no JSON text is that item's fault. */
export function batchItem(delivery: LoadedDelivery, compiled: CompiledDestination): BatchItem | Failure {
  const { accepted, kind, key, changes, tries } = delivery;
  const { destination } = delivery.lane;
  const item: OpenItem = {
    kind,
    attempt: tries + 1,
    possiblyDelivered: tries > 0,
    idempotencyKey: `${accepted.id}:${destination}`,
  };
  if (key !== undefined) item.key = key;
  if (changes !== undefined) item.changes = changes;
  try {
    const isAsItCame = compiled.destination.mapping === undefined;
    if (isAsItCame && accepted instanceof AcceptedText) return itemOfText(item, accepted, compiled);
    const envelope = accepted instanceof AcceptedText ? accepted.forDelivery() : accepted.envelope;
    const run = { now: accepted.acceptedAt, envelopeId: accepted.id };
    const data = compiled.mapping.apply(scopeOf(envelope), run);
    const { event, profile, session } = envelope;
    item.data = data;
    if (event !== undefined) item.event = event;
    if (profile !== undefined) item.profile = profile;
    if (session !== undefined) item.session = session;
    // What came in was written as JSON before; what a mapping makes of it may be too deep or too large.
    if (isAsItCame) return withLazyParts(item, new DataParts(data), ['json']);
    item.json = JSON.stringify(data);
    return item as BatchItem;
  } catch (cause) {
    const message = `The mapping of ${destination} gives a payload that can't be written as JSON: ${messageOf(cause)}.`;
    return failureOf(new PermanentError(message, { code: 'MAPPING_FAILED', cause }));
  }
}

/** Its payload is the default one, whose text is there. */
function itemOfText(item: OpenItem, accepted: AcceptedText, compiled: CompiledDestination): BatchItem {
  const names: LazyPart[] = ['data', 'json'];
  for (const part of PAYLOAD_PARTS) if (accepted.has(part)) names.push(part);
  return withLazyParts(item, new TextParts(accepted, compiled), names);
}

/** The text of data that is known to have one. */
class DataParts implements LazyParts {
  readonly #data: Data;
  #json: string | undefined;

  constructor(data: Data) {
    this.#data = data;
  }

  get json(): string {
    return (this.#json ??= JSON.stringify(this.#data));
  }
}

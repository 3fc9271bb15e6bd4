import type { AcceptedEnvelope, NewDelivery } from '@dest/core';
import { AcceptedText } from '../../envelope/accepted-text';
import type { LaneBook } from './lane-book';
import type { LaneState } from './lane-state';
import { COPY_COALESCES, COPY_DROPS_OLDEST, COPY_IS_PROFILE } from './protocol';

/** A copy as it is handed to the other thread. */
export interface PreparedCopy {
  readonly lane: LaneState;
  readonly flags: number;
  readonly maxBytes: number;
  readonly key: string | null;
  /** JSON. */
  readonly changes: string | null;
}

/** An append of which nothing can go wrong any more on this side. */
export interface PreparedAppend {
  readonly id: string;
  readonly acceptedAt: number;
  /** JSON, or where it lies. */
  readonly json: string | AcceptedText;
  readonly copies: readonly PreparedCopy[];
}

/**
 * Does all that may fail before anything is put together with the appends of others.
 *
 * @throws TypeError where something is of another type than it says, or isn't plain JSON
 */
export function prepareAppend(
  accepted: AcceptedEnvelope,
  deliveries: readonly NewDelivery[],
  lanes: LaneBook,
): PreparedAppend {
  return {
    id: need('text', 'The id of an envelope', accepted.id),
    acceptedAt: need('number', 'acceptedAt', accepted.acceptedAt),
    json: accepted instanceof AcceptedText ? accepted : need('text', 'The JSON of an envelope', jsonOf(accepted)),
    copies: deliveries.map((delivery) => prepareCopy(delivery, lanes)),
  };
}

function jsonOf({ json, envelope }: AcceptedEnvelope): string {
  return json ?? JSON.stringify(envelope);
}

function prepareCopy({ lane, limit, kind, key, changes, coalesce }: NewDelivery, lanes: LaneBook): PreparedCopy {
  const flags =
    (kind === 'profile' ? COPY_IS_PROFILE : 0) |
    (coalesce === true ? COPY_COALESCES : 0) |
    (limit.whenFull === 'drop-oldest' ? COPY_DROPS_OLDEST : 0);
  return {
    lane: lanes.of(lane),
    flags,
    maxBytes: need('number', 'maxBytes of a lane', limit.maxBytes),
    key: key === undefined ? null : need('text', 'The key of a delivery', key),
    changes: changes === undefined ? null : JSON.stringify(changes),
  };
}

function need<Value>(kind: 'text' | 'number', what: string, value: Value): Value {
  const isSound = kind === 'text' ? typeof value === 'string' : Number.isFinite(value);
  if (!isSound) throw new TypeError(`${what} is no ${kind}.`);
  return value;
}

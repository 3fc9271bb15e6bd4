import type { AcceptedEnvelope } from '@dest/core';
import type { HeldDelivery } from '@dest/core/outbox';
import { RECORD_VERSION, type CarriedState, type RecordedCopy, type RecordToWrite } from './envelope-record';
import { leanHistory } from './lean-letter';

/** What is larger may just have fitted into its record: then not much is added. */
const LARGE_BYTES = 128 * 1024;

/** A record of one delivery that goes on in the state that it has. */
export function carryingRecord({
  run,
  number,
  accepted,
  stored,
  history,
}: HeldDelivery & {
  readonly run: string;
  readonly number: number;
  readonly accepted: AcceptedEnvelope;
}): RecordToWrite {
  const { lane, kind, key, changes, bytes, crashes: _, ...state } = stored;
  const carried: CarriedState = { ...state, history: bytes > LARGE_BYTES ? leanHistory(history) : history };
  const copy: RecordedCopy = {
    lane,
    kind,
    ...(key === undefined ? {} : { key }),
    ...(changes === undefined ? {} : { changes }),
    carried,
  };
  const { id, acceptedAt } = accepted;
  return {
    v: RECORD_VERSION,
    run,
    number,
    envelopeNumber: stored.envelope,
    id,
    acceptedAt,
    json: accepted.json ?? JSON.stringify(accepted.envelope),
    bytes,
    copies: [copy],
  };
}

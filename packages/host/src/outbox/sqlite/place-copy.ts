import { unitedChanges } from '@dest/core/outbox';
import type { DeliveryRow } from './delivery-row';
import type { LaneRow } from './lane-table';
import type { AppendDetail } from './protocol';
import { toFields } from './to-fields';
import type { Tables } from './tables';

/** `kind` of a profile: an event is never replaced, and replaces nothing. */
const PROFILE = 1;

/** A copy to make. */
export interface Copy {
  readonly lane: LaneRow;
  readonly kind: number;
  readonly coalesces: boolean;
  readonly dropsOldest: boolean;
  readonly maxBytes: number;
  readonly key: string | null;
  readonly changes: string | null;
}

/** What an append did so far. */
export type OpenDetail = {
  -readonly [Part in 'kept' | 'refused' | 'dropped' | 'coalesced']: AppendDetail[Part][number][];
};

/** Of which envelope a copy is made, and where it would go. */
export interface CopiedEnvelope {
  readonly copy: number;
  readonly envelope: number;
  readonly sequence: number;
  readonly bytes: number;
  readonly acceptedAt: number;
  readonly detail: OpenDetail;
}

/** Puts a copy into its lane, making room for it where that is asked for, or refuses it. */
export function placeCopy(tables: Tables, copy: Copy, envelope: CopiedEnvelope): void {
  const { lane, key, maxBytes } = copy;
  const { bytes, detail } = envelope;
  const replaced = copy.coalesces && copy.kind === PROFILE && key !== null ? latestOf(tables, lane, key) : undefined;
  const growth = bytes - (replaced?.bytes ?? 0);
  // What takes no more room than what it replaces fits also where the lane holds too much by now.
  const isFull = (): boolean => growth > 0 && lane.bytes + growth > maxBytes;
  if (bytes > maxBytes || (!copy.dropsOldest && isFull())) {
    detail.refused.push(envelope.copy);
    return;
  }
  while (isFull() && dropOldest(tables, lane, replaced, envelope));
  const row: DeliveryRow = {
    lane: lane.number,
    sequence: replaced?.sequence ?? envelope.sequence,
    envelope: envelope.envelope,
    kind: copy.kind,
    key,
    changes: replaced === undefined ? copy.changes : united(replaced.changes, copy.changes),
    bytes,
    waitingSince: envelope.acceptedAt,
    attempts: 0,
    tries: 0,
    dueAt: null,
    scheduledAt: null,
    history: null,
    movedId: replaced?.movedId ?? null,
  };
  const id = row.movedId ?? row.sequence;
  detail.kept.push({ copy: envelope.copy, id });
  if (replaced === undefined) {
    tables.deliveries.add(row, lane.coalesces);
    tables.lanes.count(lane, 1, bytes);
    return;
  }
  tables.deliveries.update(row);
  tables.lanes.count(lane, 0, growth);
  tables.forgetCrashes(row.lane, row.sequence);
  tables.envelopes.release(replaced.envelope);
  detail.coalesced.push({ copy: envelope.copy, row: toFields(tables, row), replaced: replaced.envelope });
}

/** Both as JSON. */
function united(older: string | null, newer: string | null): string | null {
  const changes = unitedChanges(changesOf(older), changesOf(newer));
  return changes === undefined ? null : JSON.stringify(changes);
}

function changesOf(json: string | null): readonly string[] | undefined {
  return json === null ? undefined : (JSON.parse(json) as string[]);
}

function latestOf(tables: Tables, lane: LaneRow, key: string): DeliveryRow | undefined {
  if (!lane.coalesces) {
    tables.deliveries.indexKeys(lane.number);
    tables.lanes.noteCoalescing(lane);
  }
  return tables.deliveries.latestOf(lane.number, key);
}

/** Returns false where there is nothing left to drop. */
function dropOldest(
  tables: Tables,
  lane: LaneRow,
  spared: DeliveryRow | undefined,
  { copy, detail }: CopiedEnvelope,
): boolean {
  const candidates = [lane.number, lane.number + 1]
    .flatMap((number) => tables.deliveries.read(number, 0, spared === undefined ? 1 : 2, false))
    .filter((row) => row.lane !== spared?.lane || row.sequence !== spared.sequence);
  const oldest = candidates.toSorted((left, right) => left.sequence - right.sequence)[0];
  if (oldest === undefined) return false;
  const { sequence, envelope, movedId, bytes } = oldest;
  tables.deliveries.delete(oldest.lane, sequence, envelope);
  tables.lanes.count(lane, -1, -bytes);
  tables.envelopes.release(envelope);
  tables.forgetCrashes(oldest.lane, sequence);
  detail.dropped.push({ copy, id: movedId ?? sequence, sequence, envelope });
  return true;
}

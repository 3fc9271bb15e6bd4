import type { LaneRow } from './lane-table';
import {
  COPY_COALESCES,
  COPY_DROPS_OLDEST,
  COPY_IS_PROFILE,
  type AppendDetail,
  type AppendRun,
  type AppendRunResult,
} from './protocol';
import { placeCopy, type Copy, type OpenDetail } from './place-copy';
import type { IncomingId, RecentId } from './recent-table';
import type { Tables } from './tables';
import { toStoredText } from './text-form';

/** Keeps envelopes and their copies. */
export class Appender {
  readonly #tables: Tables;
  /** By the number that the sender gave it. */
  readonly #laneOf: (number: number) => LaneRow;

  constructor(tables: Tables, laneOf: (number: number) => LaneRow) {
    this.#tables = tables;
    this.#laneOf = laneOf;
  }

  append(run: AppendRun): AppendRunResult {
    const { recent, deliveries, envelopes } = this.#tables;
    const result: AppendRunResult = { sequences: [], details: [] };
    const incoming = run.ids.map((id, index): IncomingId => {
      const sequence = this.#tables.takeSequences(Math.max(1, run.copies[index] as number));
      return { sequence, id, now: run.now[index] as number };
    });
    const known = recent.add(incoming);
    const bodies = bodiesOf(run);
    let firstCopy = 0;
    for (let index = 0; index < run.ids.length; index++) {
      const body = bodies.next().value as Buffer;
      const copies = run.copies[index] as number;
      const { sequence } = incoming[index] as IncomingId;
      // Not before: what came earlier in this run may have changed it.
      const before = known.has(index) ? recent.known(incoming[index] as IncomingId) : undefined;
      const detail = this.#appendOne(run, { index, body, firstCopy, copies, sequence, known: before });
      result.sequences.push(detail === undefined ? sequence : -1);
      if (detail !== undefined) result.details.push(detail);
      firstCopy += copies;
    }
    deliveries.flush();
    envelopes.flush();
    return result;
  }

  /** Undefined: all copies were kept, as new ones. */
  #appendOne(run: AppendRun, { index, body, firstCopy, copies, sequence, known }: Place): AppendDetail | undefined {
    const { recent, envelopes } = this.#tables;
    const [id, acceptedAt] = [run.ids[index] as string, run.acceptedAt[index] as number];
    const shared = copies > 1;
    const envelope = sequence * 2 + (shared ? 1 : 0);
    const detail: OpenDetail = { kept: [], refused: [], dropped: [], coalesced: [] };
    let asked = 0;
    for (let copy = 0; copy < copies; copy++) {
      const lane = this.#laneOf(run.lanes[firstCopy + copy] as number);
      if (known !== undefined && !known.owed.includes(lane.identity.destination)) continue;
      asked++;
      placeCopy(this.#tables, copyOf(run, firstCopy + copy, lane), {
        copy,
        envelope,
        sequence: sequence + copy,
        bytes: body.length,
        acceptedAt,
        detail,
      });
    }
    if (known !== undefined && asked === 0) return { ...detail, duplicate: true, envelope, sequence };
    const kept = detail.kept.length;
    if (kept > 0) envelopes.add(envelope, id, acceptedAt, body, kept);
    const destinationOf = (copy: number): string =>
      this.#laneOf(run.lanes[firstCopy + copy] as number).identity.destination;
    if (known !== undefined || detail.refused.length > 0) {
      const owed = new Set([...(known?.owed ?? []), ...detail.refused.map(destinationOf)]);
      for (const { copy } of detail.kept) owed.delete(destinationOf(copy));
      recent.owe(known ?? { sequence }, [...owed]);
    }
    const plain = kept === copies && detail.dropped.length === 0 && detail.coalesced.length === 0;
    return plain ? undefined : { ...detail, duplicate: false, envelope, sequence };
  }
}

interface Place {
  readonly index: number;
  readonly body: Buffer;
  readonly firstCopy: number;
  readonly copies: number;
  readonly sequence: number;
  /** What is known of an earlier append with the same id. */
  readonly known: RecentId | undefined;
}

function copyOf(run: AppendRun, index: number, lane: LaneRow): Copy {
  const flags = run.flags[index] as number;
  const key = run.keys[index] as string | null;
  return {
    lane,
    kind: flags & COPY_IS_PROFILE,
    coalesces: (flags & COPY_COALESCES) !== 0,
    dropsOldest: (flags & COPY_DROPS_OLDEST) !== 0,
    maxBytes: run.maxBytes[index] as number,
    key: key === null ? null : toStoredText(key),
    changes: run.changes[index] as string | null,
  };
}

function* bodiesOf({ texts, lengths }: AppendRun): Generator<Buffer, undefined> {
  let offset = texts.byteOffset;
  for (const length of lengths) {
    yield Buffer.from(texts.buffer, offset, length);
    offset += length;
  }
  return undefined;
}

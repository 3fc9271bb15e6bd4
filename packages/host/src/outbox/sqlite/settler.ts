import type { Failure, FailedTry } from '@dest/core';
import type { DeliveryRow } from './delivery-row';
import type { LaneRow } from './lane-table';
import { DELIVERED, FAILED, IS_REPLAY, type SettleDetail, type SettleRun } from './protocol';
import type { Tables } from './tables';
import { fromStoredText } from './text-form';

/** How many of its tries a dead letter keeps. */
const MAX_TRIES_KEPT = 20;

/** How much of the message of each but the last, in UTF-16 units: what keeps failing must not fill the disk. */
const MAX_MESSAGE_LENGTH = 500;

/** From how many on they are deleted together. */
const MIN_BLOCK = 4;

const NONE: ReadonlySet<number> = new Set();

/** Notes what became of tries. */
export class Settler {
  readonly #tables: Tables;
  readonly #laneOf: (number: number) => LaneRow | undefined;
  /** Settlements of what was nowhere, and how many of them there were when it was last looked for in earnest. */
  #missed = 0;
  #checkedAt = 0;

  constructor(tables: Tables, laneOf: (number: number) => LaneRow | undefined) {
    this.#tables = tables;
    this.#laneOf = laneOf;
  }

  settle(run: SettleRun): void {
    let detail = 0;
    for (let index = 0; index < run.sequences.length;) {
      const length = deliveredFrom(run, index);
      const gone = length < MIN_BLOCK ? NONE : this.#deleteDelivered(run, index, length);
      for (const end = index + Math.max(1, length); index < end; index++) {
        const isDelivered = length > 0;
        if (!gone.has(index)) this.#settleOne(run, index, isDelivered ? undefined : run.details[detail++]);
      }
    }
    this.#tables.envelopes.flush();
  }

  /** Deletes those of a block that are where they were read. Returns their indexes. */
  #deleteDelivered(run: SettleRun, first: number, length: number): ReadonlySet<number> {
    const { deliveries, envelopes } = this.#tables;
    const lane = this.#laneOf(run.lanes[first] as number);
    if (lane === undefined) return NONE;
    const number = numberOf(lane, run, first);
    const end = first + length;
    const places = [run.sequences.slice(first, end), run.envelopes.slice(first, end)] as const;
    const gone = deliveries.deleteMany(number, ...places).map((index) => first + index);
    for (const index of gone) {
      this.#gone(lane, number, run.sequences[index] as number, run.bytes[index] as number);
      envelopes.release(run.envelopes[index] as number);
    }
    return new Set(gone);
  }

  #settleOne(run: SettleRun, index: number, detail: SettleDetail | undefined): void {
    const { deliveries, envelopes } = this.#tables;
    const lane = this.#laneOf(run.lanes[index] as number);
    const number = lane === undefined ? 0 : numberOf(lane, run, index);
    const [sequence, envelope] = [run.sequences[index] as number, run.envelopes[index] as number];
    if (lane !== undefined && detail === undefined && deliveries.delete(number, sequence, envelope)) {
      this.#gone(lane, number, sequence, run.bytes[index] as number);
      envelopes.release(envelope);
      return;
    }
    const row = this.#find(number, sequence, run.ids[index] as number);
    if (row?.envelope === envelope) this.#settleRow(row, outcomeOf(run, index), detail);
  }

  /** Also where it was moved to another lane since. */
  #find(lane: number, sequence: number, id: number): DeliveryRow | undefined {
    const { deliveries } = this.#tables;
    const row = deliveries.find(lane, sequence);
    if (row !== undefined && (row.movedId ?? row.sequence) === id) return row;
    const moved = deliveries.findMoved(id);
    if (row === undefined && moved === undefined) this.#missing(lane, sequence);
    return moved;
  }

  /**
   * Most of what isn't there was dropped meanwhile. But where a key nearby is damaged, what is there is not found either, and
   * would be delivered again at the next start. To see that, every row is looked at: twice as rarely each time.
   */
  #missing(lane: number, sequence: number): void {
    if (++this.#missed < this.#checkedAt * 2) return;
    this.#checkedAt = this.#missed;
    this.#tables.deliveries.checkKey(lane, sequence);
  }

  #settleRow(row: DeliveryRow, outcome: number, detail: SettleDetail | undefined): void {
    const lane = this.#tables.lanes.ofNumber(row.lane) as LaneRow;
    if (detail === undefined || outcome === FAILED) {
      this.#tables.deliveries.delete(row.lane, row.sequence, row.envelope);
      this.#gone(lane, row.lane, row.sequence, row.bytes);
      if (detail === undefined) this.#tables.envelopes.release(row.envelope);
      else this.#bury(lane, row, detail);
      return;
    }
    if (detail.tries > row.tries) this.#tables.forgetCrashes(row.lane, row.sequence);
    const { attempts, tries, dueAt } = detail;
    const isDue = dueAt === 0;
    this.#tables.deliveries.update({
      ...row,
      attempts,
      tries,
      dueAt: isDue ? null : Math.round(dueAt),
      scheduledAt: isDue ? null : detail.settledAt,
      history: historyOf(row, detail),
    });
  }

  #gone(lane: LaneRow, number: number, sequence: number, bytes: number): void {
    this.#tables.lanes.count(lane, -1, -bytes);
    this.#tables.forgetCrashes(number, sequence);
  }

  /** The dead letter takes over the copy of the envelope. */
  #bury(lane: LaneRow, row: DeliveryRow, detail: SettleDetail): void {
    const { envelope, bytes, key, changes, kind, waitingSince } = row;
    const { tries, settledAt, pluginVersion } = detail;
    const forgetting = this.#tables.forgettingOf(envelope);
    if (forgetting !== undefined) {
      return forgetting.tookDelivery(row.movedId ?? row.sequence, lane.identity.destination);
    }
    const stored = this.#tables.envelopes.load(envelope);
    const accepted = stored === 'damaged' ? undefined : stored;
    const history = historyOf(row, detail);
    this.#tables.letters.insert({
      envelope,
      failedAt: settledAt,
      bytes,
      tries,
      details: {
        lane: lane.identity,
        envelopeId: accepted?.id ?? '',
        kind: kind === 1 ? 'profile' : 'event',
        ...(key === null ? {} : { key: fromStoredText(key) }),
        ...(changes === null ? {} : { changes: JSON.parse(changes) as string[] }),
        acceptedAt: accepted?.acceptedAt ?? waitingSince,
        failure: JSON.parse(detail.failure) as Failure,
        history: history === null ? [] : (JSON.parse(history) as FailedTry[]),
        ...(pluginVersion === undefined ? {} : { pluginVersion }),
      },
    });
  }
}

/** How many that were delivered follow one another, of one lane and ascending. */
function deliveredFrom(run: SettleRun, first: number): number {
  let index = first;
  while (index < run.sequences.length && outcomeOf(run, index) === DELIVERED) {
    const isNext =
      run.lanes[index] === run.lanes[first] &&
      run.flags[index] === run.flags[first] &&
      (index === first || (run.sequences[index] as number) > (run.sequences[index - 1] as number));
    if (!isNext) break;
    index++;
  }
  return index - first;
}

function outcomeOf(run: SettleRun, index: number): number {
  return (run.flags[index] as number) & 3;
}

function numberOf(lane: LaneRow, run: SettleRun, index: number): number {
  return lane.number + ((run.flags[index] as number) & IS_REPLAY ? 1 : 0);
}

/** What failed without having been tried, such as what waited too long, adds none. */
function historyOf(row: DeliveryRow, { tries, settledAt, failure, lastTry }: SettleDetail): string | null {
  if (tries <= row.tries) return row.history;
  const { code, message } = lastTry ?? (JSON.parse(failure) as Failure);
  const earlier = row.history === null ? [] : (JSON.parse(row.history) as FailedTry[]);
  const shorter = earlier.map((before) => ({ ...before, message: shortened(before.message) }));
  return JSON.stringify([...shorter, { at: settledAt, code, message }].slice(-MAX_TRIES_KEPT));
}

function shortened(message: string): string {
  if (message.length <= MAX_MESSAGE_LENGTH) return message;
  return `${message.slice(0, MAX_MESSAGE_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

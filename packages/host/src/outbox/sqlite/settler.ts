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

/** Notes what became of tries. */
export class Settler {
  readonly #tables: Tables;
  readonly #laneOf: (number: number) => LaneRow | undefined;

  constructor(tables: Tables, laneOf: (number: number) => LaneRow | undefined) {
    this.#tables = tables;
    this.#laneOf = laneOf;
  }

  settle(run: SettleRun): void {
    let detail = 0;
    for (let index = 0; index < run.sequences.length; index++) {
      const flags = run.flags[index] as number;
      const lane = this.#laneOf(run.lanes[index] as number);
      const outcome = flags & 3;
      const details = outcome === DELIVERED ? undefined : run.details[detail++];
      const number = (lane?.number ?? 0) + (flags & IS_REPLAY ? 1 : 0);
      const [sequence, envelope] = [run.sequences[index] as number, run.envelopes[index] as number];
      if (lane !== undefined && details === undefined && this.#tables.deliveries.delete(number, sequence, envelope)) {
        this.#gone(lane, number, sequence, run.bytes[index] as number);
        this.#tables.envelopes.release(envelope);
        continue;
      }
      const row = this.#find(number, sequence, run.ids[index] as number);
      if (row?.envelope === envelope) this.#settleRow(row, outcome, details);
    }
  }

  /** Also where it was moved to another lane since. */
  #find(lane: number, sequence: number, id: number): DeliveryRow | undefined {
    const row = this.#tables.deliveries.find(lane, sequence);
    if (row !== undefined && (row.movedId ?? row.sequence) === id) return row;
    return this.#tables.deliveries.findMoved(id);
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

/** What failed without having been tried, such as what waited too long, adds none. */
function historyOf(row: DeliveryRow, { tries, settledAt, failure }: SettleDetail): string | null {
  if (tries <= row.tries) return row.history;
  const { code, message } = JSON.parse(failure) as Failure;
  const earlier = row.history === null ? [] : (JSON.parse(row.history) as FailedTry[]);
  const shorter = earlier.map((before) => ({ ...before, message: shortened(before.message) }));
  return JSON.stringify([...shorter, { at: settledAt, code, message }].slice(-MAX_TRIES_KEPT));
}

function shortened(message: string): string {
  if (message.length <= MAX_MESSAGE_LENGTH) return message;
  return `${message.slice(0, MAX_MESSAGE_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

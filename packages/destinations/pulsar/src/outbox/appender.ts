import type { AcceptedEnvelope, AppendReceipt, NewDelivery } from '@dest/core';
import { laneKey, stillOwed, type OpenReceipt } from '@dest/core/outbox';
import { deliveryIdOf, RECORD_VERSION, type RecordedCopy, type RecordToWrite } from './envelope-record';
import { newEnvelopeNumber } from './new-envelope-number';
import { fingerprint } from './fingerprint';
import type { AcceptedId } from './journal-entry';
import type { Operation } from './operation-queue';
import type { BasicParts } from './basic-parts';
import { publishRecord } from './publish-record';

/** An envelope to append. */
export interface AppendRequest {
  readonly accepted: AcceptedEnvelope;
  readonly deliveries: readonly NewDelivery[];
  /** The envelope as JSON. */
  readonly json: string;
  /** Size of that. */
  readonly bytes: number;
  readonly fingerprint: string;
}

/** @throws TypeError where it is no plain JSON */
export function appendRequest(accepted: AcceptedEnvelope, deliveries: readonly NewDelivery[]): AppendRequest {
  const json = accepted.json ?? JSON.stringify(accepted.envelope);
  return { accepted, deliveries, json, bytes: Buffer.byteLength(json), fingerprint: fingerprint(accepted.id) };
}

/** Publishes envelopes; decides before which of their copies have room. */
export class Appender {
  readonly #parts: BasicParts;
  /** What is on its way, by fingerprints: each resolves, and never rejects, when it no longer is. */
  readonly #underWay = new Map<string, Promise<void>>();
  /** What is on its way to each lane, in bytes. */
  readonly #reserved = new Map<string, number>();

  constructor(parts: BasicParts) {
    this.#parts = parts;
  }

  /** Whether nothing that is on its way has a say in what becomes of an envelope: then it need not wait for that. */
  isIndependent({ deliveries, bytes, fingerprint: id }: AppendRequest): boolean {
    if (this.#underWay.has(id)) return false;
    const { held, feeds } = this.#parts;
    return deliveries.every(({ lane, limit }) => {
      if (!feeds.isPrepared(lane.destination)) return false;
      const waiting = held.store.laneOf(lane).bytes + (this.#reserved.get(laneKey(lane)) ?? 0);
      return waiting + bytes <= limit.maxBytes;
    });
  }

  /** Begins at once: what is begun earlier is published earlier. */
  append(request: AppendRequest): Operation<AppendReceipt> {
    const { clock, state, feeds } = this.#parts;
    const { deliveries, bytes, fingerprint: known } = request;
    const before = this.#underWay.get(known);
    // Whether it is a duplicate shows when that one is through.
    if (before !== undefined) return { result: before.then(() => this.append(request).result) };
    const owed = state.recent.owed(known, clock.now());
    const wanted = owed === undefined ? deliveries : deliveries.filter(({ lane }) => owed.has(lane.destination));
    const receipt: OpenReceipt = { deliveries: [], refused: [], dropped: [], coalesced: [] };
    if (owed !== undefined && wanted.length === 0) return { result: Promise.resolve({ duplicate: true, ...receipt }) };
    const copies = wanted.filter((copy) => {
      const fits = this.#fits(copy, bytes);
      if (!fits) receipt.refused.push({ destination: copy.lane.destination, reason: 'lane-full' });
      return fits;
    });
    const stillWanting = stillOwed(owed, {
      deliveries: copies.map(({ lane }) => ({ id: '', destination: lane.destination })),
      refused: receipt.refused,
    });
    const left = [...stillWanting];
    for (const { lane } of copies) this.#reserve(laneKey(lane), bytes);
    const preparing = feeds.prepare(copies.map(({ lane }) => lane.destination));
    const work = async (): Promise<void> => {
      try {
        if (preparing !== undefined) await preparing;
        await this.#publish(request, copies, left, receipt);
        this.#remember(known, left);
      } finally {
        this.#underWay.delete(known);
        for (const { lane } of copies) this.#reserve(laneKey(lane), -bytes);
      }
    };
    const done = work();
    const over = done.catch(() => undefined);
    this.#underWay.set(known, over);
    const result = done.then(() => ({ duplicate: false, ...receipt }));
    // With other hosts there, what it does is seen when it comes, wherever that is.
    const passed = state.hosts.isAlone || preparing !== undefined ? over : Promise.resolve();
    return { result, passed };
  }

  #fits({ lane: identity, kind, key, coalesce, limit }: NewDelivery, bytes: number): boolean {
    const lane = this.#parts.held.store.laneOf(identity);
    if (bytes > limit.maxBytes) return false;
    if (limit.whenFull !== 'reject') return true;
    const replaced = coalesce === true && kind === 'profile' && key !== undefined ? lane.latestOf(key) : undefined;
    const growth = bytes - (replaced?.bytes ?? 0);
    return growth <= 0 || lane.bytes + growth <= limit.maxBytes;
  }

  async #publish(
    { accepted, json, bytes }: AppendRequest,
    copies: readonly NewDelivery[],
    owed: readonly string[],
    receipt: OpenReceipt,
  ): Promise<void> {
    const { run, numbers } = this.#parts;
    const { id, acceptedAt } = accepted;
    const envelopeNumber = newEnvelopeNumber();
    // All at once, before anything is awaited: so their order is that of the calls.
    const published = recordsOf(copies).map((group) => {
      const record: RecordToWrite = {
        v: RECORD_VERSION,
        run,
        number: numbers.next(group.length),
        envelopeNumber,
        id,
        acceptedAt,
        json,
        bytes,
        copies: group.map(recorded),
        ...(owed.length === 0 ? {} : { owed }),
      };
      return { group, record, ...publishRecord(this.#parts, record) };
    });
    await Promise.all(published.map(({ stored }) => stored));
    const byCopy = new Map<NewDelivery, { readonly id: string; readonly destination: string }>();
    for (const { group, record, came } of published) {
      const placed = await came;
      group.forEach((copy, index) => {
        const { destination } = copy.lane;
        const place = placed.get(index);
        byCopy.set(copy, { id: place?.id ?? deliveryIdOf(record, index), destination });
        receipt.dropped.push(...(place?.dropped ?? []));
        receipt.coalesced.push(...(place?.coalesced ?? []));
      });
    }
    for (const copy of copies) receipt.deliveries.push(byCopy.get(copy)!);
  }

  #remember(known: string, owed: readonly string[]): void {
    const { clock, state, journal } = this.#parts;
    const accepted: AcceptedId = { id: known, at: clock.now(), ...(owed.length === 0 ? {} : { owed }) };
    state.remember(accepted);
    journal.noteId(accepted);
  }

  #reserve(lane: string, bytes: number): void {
    const reserved = (this.#reserved.get(lane) ?? 0) + bytes;
    if (reserved === 0) this.#reserved.delete(lane);
    else this.#reserved.set(lane, reserved);
  }
}

/** One record for each key, since that is what hosts share by; and for a second copy of one destination. */
function recordsOf(copies: readonly NewDelivery[]): readonly (readonly NewDelivery[])[] {
  const records: NewDelivery[][] = [];
  for (const copy of copies) {
    const fitting = records.find(
      (record) =>
        (copy.key === undefined || record.every(({ key }) => key === undefined || key === copy.key)) &&
        record.every(({ lane }) => lane.destination !== copy.lane.destination),
    );
    if (fitting === undefined) records.push([copy]);
    else if (copy.key === undefined) fitting.push(copy);
    // The key of the first one is that of the message.
    else fitting.unshift(copy);
  }
  return records;
}

function recorded({ lane, kind, key, changes, coalesce, limit }: NewDelivery): RecordedCopy {
  return {
    lane,
    kind,
    ...(key === undefined ? {} : { key }),
    ...(changes === undefined ? {} : { changes }),
    ...(coalesce === true ? { coalesce } : {}),
    ...(limit.whenFull === 'drop-oldest' ? { limit } : {}),
  };
}

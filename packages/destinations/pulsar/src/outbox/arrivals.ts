import { deepFreeze, type AcceptedEnvelope, type OutboxListener, type StoredDelivery } from '@dest/core';
import { placeCopy, profileIdsOf, type OpenReceipt } from '@dest/core/outbox';
import type { DeadLetters } from './dead-letters';
import type { Arrival } from './destination-feed';
import { deliveryIdOf, type EnvelopeRecord, type RecordedCopy } from './envelope-record';
import { fingerprint } from './fingerprint';
import type { HeldDeliveries } from './held-deliveries';
import type { JournalState } from './journal-state';
import type { Numbers } from './numbers';
import type { PendingAppends } from './pending-appends';

/** Whether there is room was decided before. */
const ROOMY = { maxBytes: Infinity, whenFull: 'reject' } as const;

export interface ArrivalsOptions {
  readonly held: HeldDeliveries;
  readonly state: JournalState;
  readonly letters: DeadLetters;
  readonly numbers: Numbers;
  readonly pending: PendingAppends;
  readonly listener: () => OutboxListener | undefined;
  /** Says that notes on a delivery are of no use any more. */
  readonly noteSettled: (id: string) => void;
}

/** Takes in the records that come: puts their deliveries into lanes, in the state that the journal knows of. */
export class Arrivals {
  readonly #options: ArrivalsOptions;

  constructor(options: ArrivalsOptions) {
    this.#options = options;
  }

  /** Takes in what came for one destination. */
  take(arrival: Arrival): void {
    const { held, numbers, pending, listener } = this.#options;
    const { feed, record, index, name, message } = arrival;
    if (held.knows(name, message)) return;
    // Sent again by a producer whose answer got lost: the first one stays.
    if (held.isRepeat(`${record.run} ${record.number} ${feed.destination}`, name)) return message.acknowledge();
    numbers.see(record.number + record.copies.length - 1);
    const copy = record.copies[index] as RecordedCopy;
    if (this.#isGone(record, index)) {
      held.refuse(name, message);
      pending.came(record.number, index, { id: deliveryIdOf(record, index), dropped: [], coalesced: [] });
      return;
    }
    this.#rememberId(record);
    const receipt = this.#place(arrival, copy);
    const [placed] = receipt.deliveries;
    const id = placed?.id ?? deliveryIdOf(record, index);
    held.hold(id, name, message);
    for (const dropped of receipt.dropped) this.remove(dropped.id);
    const stored = this.#asKnown(arrival, id);
    const coalesced = receipt.coalesced.length > 0 ? [stored] : [];
    pending.came(record.number, index, { id, dropped: receipt.dropped, coalesced });
    const told = listener();
    if (receipt.dropped.length > 0) told?.dropped(receipt.dropped);
    if (coalesced.length > 0) told?.replaced(stored);
    else told?.arrived([stored]);
  }

  /** Removes a delivery that is done with. */
  remove(id: string): void {
    const { held, state, noteSettled } = this.#options;
    held.settle(id);
    if (state.isNoted(id)) noteSettled(id);
  }

  /** Whether it was settled, dropped or forgotten, as all hosts know. */
  #isGone(record: EnvelopeRecord, index: number): boolean {
    const { letters, state } = this.#options;
    const number = record.number + index;
    const { lane } = record.copies[index] as RecordedCopy;
    if (letters.hasDelivery(deliveryIdOf(record, index)) || state.isDropped(lane, number)) return true;
    if (!state.hasForgottenSince(number)) return false;
    return profileIdsOf(record.envelope).some((profileId) => state.isForgotten(fingerprint(profileId), number));
  }

  /** What its sender was not told of, since the answer got lost, is sent again, and has to be known then. */
  #rememberId({ id, number, acceptedAt, owed = [] }: EnvelopeRecord): void {
    const { pending, state } = this.#options;
    if (pending.isExpected(number)) return;
    const known = fingerprint(id);
    if (state.recent.owed(known, acceptedAt) === undefined) state.recent.remember(known, new Set(owed), acceptedAt);
  }

  #place({ record, index, isLate }: Arrival, copy: RecordedCopy): OpenReceipt {
    const { store } = this.#options.held;
    const { id: envelopeId, acceptedAt, bytes, envelopeNumber, number } = record;
    const accepted: AcceptedEnvelope = { id: envelopeId, envelope: deepFreeze(record.envelope), acceptedAt };
    const receipt: OpenReceipt = { deliveries: [], refused: [], dropped: [], coalesced: [] };
    const id = deliveryIdOf(record, index);
    const sequence = this.#sequenceIn(copy, number + index);
    store.envelopes.with(envelopeNumber, accepted, () => {
      if (copy.carried !== undefined) {
        const { history, ...carried } = copy.carried;
        const { lane, kind, key, changes } = copy;
        const content = { kind, ...(key === undefined ? {} : { key }), ...(changes === undefined ? {} : { changes }) };
        store.add({ lane, ...content, ...carried, sequence, bytes, crashes: 0 }, history);
        receipt.deliveries.push({ id, destination: lane.destination });
        return;
      }
      // When it came first it has made room for itself.
      const limit = isLate ? ROOMY : (copy.limit ?? ROOMY);
      placeCopy(store, { ...copy, limit }, { number: envelopeNumber, bytes, acceptedAt, id, sequence }, receipt);
    });
    return receipt;
  }

  /** Behind all that was in the lane: what was read up to some sequence is not looked at again. */
  #sequenceIn({ lane }: RecordedCopy, number: number): number {
    return Math.max(number, this.#options.held.store.laneOf(lane).lastSequence + 1);
  }

  /** Puts what the journal knows of a delivery into it. Returns it. */
  #asKnown({ message, isLate }: Arrival, id: string): StoredDelivery {
    const { held, state } = this.#options;
    const { stored, history } = held.store.delivery(id) ?? {};
    if (stored === undefined) throw new Error(`The delivery ${id} was not placed.`);
    const note = state.noteOf(id, stored.envelope);
    const crashes = state.crashesOf(id);
    const wasElsewhere = crashes === 0 && isLate && state.hosts.mayHaveHad(message.publishTime);
    if (note === undefined && crashes === 0 && !wasElsewhere) return stored;
    const { attempts, tries, dueAt, scheduledAt } = note ?? stored;
    const known = { ...stored, attempts, dueAt, scheduledAt, crashes, tries: tries + crashes + (wasElsewhere ? 1 : 0) };
    held.store.replace(stored, known, note?.history ?? history ?? []);
    return known;
  }
}

import { deepFreeze, type AcceptedEnvelope, type OutboxListener, type StoredDelivery } from '@dest/core';
import { laneKey, placeCopy, profileIdsOf, type OpenReceipt } from '@dest/core/outbox';
import type { DeadLetters } from './dead-letters';
import type { Arrival } from './destination-feed';
import { deliveryIdOf, numberOf, type EnvelopeRecord, type RecordedCopy } from './envelope-record';
import { fingerprint } from './fingerprint';
import type { HeldDeliveries } from './held-deliveries';
import type { ParkedKey } from './journal-entry';
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
  /** Says that notes on a delivery are of no use any more, where there are any. */
  readonly noteSettled: (id: string) => void;
  /** Says that nothing is parked any more of a key, up to a number. */
  readonly noteReleased: (parked: ParkedKey) => void;
  /** Whether deliveries of a key are on their way to where they are parked. */
  readonly isOnTheWay: (destination: string, key: string) => boolean;
  /** Whether a key is taken for parked while all of it is here. */
  readonly isKept: (destination: string, key: string) => boolean;
  /** Sends on what is for a key that is parked. */
  readonly forward: (arrival: Arrival) => void;
  /** Is told of a subscription that is full. */
  readonly onFull: (feed: Arrival['feed']) => void;
}

/** Takes in the records that come: puts their deliveries into lanes, in the state that the journal knows of. */
export class Arrivals {
  readonly #options: ArrivalsOptions;

  constructor(options: ArrivalsOptions) {
    this.#options = options;
  }

  /** Takes in what came for one destination. */
  take(arrival: Arrival): void {
    const { held, numbers, pending, listener, noteSettled, forward, onFull } = this.#options;
    const { feed, record, index, name, message } = arrival;
    if (held.knows(name, message)) return;
    // Sent again by a producer whose answer got lost: the first one stays.
    if (held.isRepeat(`${record.run} ${record.number} ${feed.destination}`, name)) return message.acknowledge();
    numbers.see(record.number + record.copies.length - 1);
    const copy = record.copies[index] as RecordedCopy;
    const known = deliveryIdOf(record, index);
    if (this.#isGone(arrival, known)) {
      held.refuse(name, message);
      noteSettled(known);
      pending.came(record.number, index, { id: known, dropped: [], coalesced: [] });
      return;
    }
    this.#rememberId(record);
    const key = copy.key ?? known;
    if (!feed.isParked && this.#isParked(feed.destination, key)) {
      pending.came(record.number, index, { id: known, dropped: [], coalesced: [] });
      return forward(arrival);
    }
    // It was published once more before what came of the first one was known.
    if (held.store.delivery(known) !== undefined) {
      if (!this.#isMoved(arrival, known)) return held.hold(known, name, message);
      // From now on it goes on by this message.
      held.leave(known);
      listener()?.removed([{ id: known, destination: feed.destination }]);
    }
    const receipt = this.#place(arrival, copy, known);
    const [placed] = receipt.deliveries;
    const id = placed?.id ?? known;
    if (feed.isParked) held.notePark(id, record.number);
    held.hold(id, name, message);
    for (const dropped of receipt.dropped) this.remove(dropped.id);
    const stored = this.#asKnown(arrival, id);
    const coalesced = receipt.coalesced.length > 0 ? [stored] : [];
    pending.came(record.number, index, { id, dropped: receipt.dropped, coalesced });
    const told = listener();
    if (receipt.dropped.length > 0) told?.dropped(receipt.dropped);
    if (coalesced.length > 0) told?.replaced(stored);
    else told?.arrived([stored]);
    if (feed.isFull && !feed.isParked) onFull(feed);
  }

  /** Removes a delivery that is done with. */
  remove(id: string): void {
    const { held, noteSettled } = this.#options;
    this.#release(id);
    held.settle(id);
    noteSettled(id);
  }

  /** The last of a key that was parked: what comes for it now need not go there. */
  #release(id: string): void {
    const { held, state, noteReleased } = this.#options;
    const until = held.parkedAs(id);
    const stored = held.store.delivery(id)?.stored;
    if (until === undefined || stored === undefined) return;
    const { destination } = stored.lane;
    const key = stored.key ?? id;
    if (state.parkedUntil(destination, key) === until) noteReleased({ destination, key, until });
  }

  /** Whether what comes for a key has to go behind what is parked of it. */
  #isParked(destination: string, key: string): boolean {
    const { state, isOnTheWay, isKept } = this.#options;
    if (isOnTheWay(destination, key)) return true;
    return state.parkedUntil(destination, key) !== undefined && !isKept(destination, key);
  }

  /** Whether it was settled, dropped or forgotten, as all hosts know. */
  #isGone({ record, index }: Arrival, id: string): boolean {
    const { held, letters, state } = this.#options;
    const number = record.number + index;
    const { lane } = record.copies[index] as RecordedCopy;
    if (held.isSettled(id) || letters.hasDelivery(id) || state.isDropped(lane, number)) return true;
    // Also where it was published anew since then.
    const acceptedAs = numberOf(id);
    if (!state.hasForgottenSince(acceptedAs)) return false;
    return profileIdsOf(record.envelope).some((profileId) => state.isForgotten(fingerprint(profileId), acceptedAs));
  }

  /** What its sender was not told of, since the answer got lost, is sent again, and has to be known then. */
  #rememberId({ id, number, acceptedAt, owed }: EnvelopeRecord): void {
    const { pending, state } = this.#options;
    if (pending.isExpected(number)) return;
    const known = fingerprint(id);
    if (state.recent.owed(known, acceptedAt) !== undefined) return;
    state.remember({ id: known, at: acceptedAt, ...(owed === undefined ? {} : { owed }) });
  }

  /** Whether a delivery was moved or parked by this record, and comes before that is known to have worked. */
  #isMoved({ feed, record, index }: Arrival, id: string): boolean {
    const { held } = this.#options;
    const { lane, carried } = record.copies[index] as RecordedCopy;
    const stored = held.store.delivery(id)?.stored;
    if (carried === undefined || stored === undefined) return false;
    return feed.isParked !== held.isParked(id) || laneKey(lane) !== laneKey(stored.lane);
  }

  #place({ record, index, isLate }: Arrival, copy: RecordedCopy, id: string): OpenReceipt {
    const { store } = this.#options.held;
    const { id: envelopeId, acceptedAt, bytes, envelopeNumber, number } = record;
    const accepted: AcceptedEnvelope = { id: envelopeId, envelope: deepFreeze(record.envelope), acceptedAt };
    const receipt: OpenReceipt = { deliveries: [], refused: [], dropped: [], coalesced: [] };
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
  #asKnown({ message, isLate, isNewKey }: Arrival, id: string): StoredDelivery {
    const { held, state } = this.#options;
    const { stored, history } = held.store.delivery(id) ?? {};
    if (stored === undefined) throw new Error(`The delivery ${id} was not placed.`);
    const note = state.noteOf(id, stored.envelope);
    const lost = state.lostTriesOf(id);
    const mayHaveBeenElsewhere = (isLate || isNewKey) && state.hosts.mayHaveHad(message.publishTime);
    if (lost !== undefined || (isLate && mayHaveBeenElsewhere)) held.noteLate(id);
    if (note === undefined && lost === undefined && !mayHaveBeenElsewhere) return stored;
    const { attempts, dueAt, scheduledAt, tries } = note ?? stored;
    const known = {
      ...stored,
      attempts,
      dueAt,
      scheduledAt,
      tries: lost === undefined ? tries + (mayHaveBeenElsewhere ? 1 : 0) : Math.max(lost.tries, tries),
      // A host that goes takes hundreds with it. Only what is under way once more when one goes is suspected to be why.
      crashes: Math.max(0, (lost?.count ?? 0) - 1),
    };
    held.store.replace(stored, known, note?.history ?? history ?? []);
    return known;
  }
}

import type { AcceptedEnvelope, Settlement } from '@dest/core';
import { afterRetry, deadLetterOf, isFailed, isRetry, profileIdsOf, type HeldDelivery } from '@dest/core/outbox';
import type { IndexedLetter } from './dead-letter-entry';
import { numberText } from './envelope-record';
import { fingerprint } from './fingerprint';
import type { JournalEntry, TriedNote } from './journal-entry';
import type { BasicParts } from './basic-parts';

/** So many notes are in one entry at most, */
const NOTES_AN_ENTRY = 100;

/** and about so many characters of what tries failed with, where there is more than one note. */
const CHARACTERS_AN_ENTRY = 100_000;

/** Notes what became of tries: what failed in topics that all hosts follow, what was delivered by acknowledging it. */
export class Settler {
  readonly #parts: BasicParts;
  /** What was started and not settled yet, as it was then. */
  readonly #underWay = new Map<string, HeldDelivery>();

  constructor(parts: BasicParts) {
    this.#parts = parts;
  }

  /**
   * Notes that a delivery is about to be tried. Other hosts have to know of one that was tried before, or may have been: it
   * may be what their like goes by.
   */
  started(id: string): void {
    const { held, journal } = this.#parts;
    const delivery = held.store.delivery(id);
    if (delivery === undefined) return;
    this.#underWay.set(id, delivery);
    const { attempts, tries } = delivery.stored;
    if (held.isLate(id) || attempts > 0) journal.noteStarted({ id, tries: tries + 1 });
  }

  /** Whether a delivery was started and not settled yet. */
  isUnderWay(id: string): boolean {
    return this.#underWay.has(id);
  }

  /** Resolves when it is known to whoever holds the deliveries next. Rejects where some of it could not be noted. */
  async settle(settlements: readonly Settlement[]): Promise<void> {
    const { held, arrivals } = this.#parts;
    const { store } = held;
    const delivered: Settlement[] = [];
    const writing: Promise<void>[] = [];
    const notes = new Map<string, TriedNote>();
    const now = new Map<string, HeldDelivery | 'gone'>();
    for (const settlement of settlements) {
      const { id, envelope } = settlement.delivery;
      this.#underWay.delete(id);
      const delivery = now.get(id) ?? store.delivery(id);
      if (delivery === undefined || delivery === 'gone' || delivery.stored.envelope !== envelope) continue;
      if (isRetry(settlement)) {
        const next = afterRetry(delivery, settlement);
        now.set(id, next);
        notes.set(id, this.#noteOf(next));
        continue;
      }
      now.set(id, 'gone');
      notes.delete(id);
      if (isFailed(settlement)) writing.push(this.#bury(delivery, settlement));
      else delivered.push(settlement);
    }
    writing.push(...this.#write([...notes.values()]));
    // What can't be noted of some keeps nothing from the others.
    const problems = (await Promise.allSettled(writing)).filter((one) => one.status === 'rejected');
    for (const { delivery } of delivered) {
      // Replaced meanwhile: then the later envelope waits on.
      if (store.delivery(delivery.id)?.stored.envelope === delivery.envelope) arrivals.remove(delivery.id);
    }
    if (problems[0] !== undefined) throw problems[0].reason;
  }

  /** Notes of what is under way that it counts as tried. */
  async leave(): Promise<void> {
    const { store } = this.#parts.held;
    const notes: TriedNote[] = [];
    for (const [id, { stored, history }] of this.#underWay) {
      const current = store.delivery(id)?.stored;
      if (current?.envelope === stored.envelope)
        notes.push(this.#noteOf({ stored: { ...current, tries: stored.tries + 1 }, history }));
    }
    this.#underWay.clear();
    await Promise.all(this.#write(notes));
  }

  /** Takes in what a host has noted. */
  apply(entry: JournalEntry & { readonly kind: 'tried' }): void {
    const { held, state } = this.#parts;
    const { store } = held;
    for (const { id, envelope, history, number, ...note } of entry.notes) {
      const stored = store.delivery(id)?.stored;
      // One that was written once more is not news.
      if (stored?.envelope === envelope && state.isLatestNote(id, number))
        store.replace(stored, { ...stored, ...note, crashes: 0 }, history);
    }
  }

  #write(notes: readonly TriedNote[]): Promise<void>[] {
    return entriesOf(notes).map((some) => this.#parts.journal.write({ kind: 'tried', notes: some }));
  }

  async #bury(
    delivery: HeldDelivery,
    settlement: Settlement & { readonly outcome: { readonly status: 'failed' } },
  ): Promise<void> {
    const { run, numbers, letters, held } = this.#parts;
    const { stored } = delivery;
    const accepted = held.store.envelopes.get(stored.envelope) as AcceptedEnvelope;
    const letter: IndexedLetter = {
      id: `${numberText(numbers.next())}-${run}`,
      ...deadLetterOf(delivery, settlement, accepted),
      delivery: stored.id,
      envelopeNumber: stored.envelope,
      persons: profileIdsOf(accepted.envelope).map(fingerprint),
    };
    await letters.add(letter, accepted.envelope);
  }

  #noteOf({ stored, history }: HeldDelivery): TriedNote {
    const { id, envelope, attempts, tries, dueAt, scheduledAt } = stored;
    return { id, envelope, number: this.#parts.numbers.next(), attempts, tries, dueAt, scheduledAt, history };
  }
}

/** Notes, as they go into entries of which none is too large. */
function entriesOf(notes: readonly TriedNote[]): readonly (readonly TriedNote[])[] {
  const entries: TriedNote[][] = [];
  let characters = 0;
  for (const note of notes) {
    const more = note.history.reduce((sum, { message }) => sum + message.length, 0);
    const last = entries.at(-1);
    if (last !== undefined && last.length < NOTES_AN_ENTRY && characters + more <= CHARACTERS_AN_ENTRY) {
      last.push(note);
      characters += more;
    } else {
      entries.push([note]);
      characters = more;
    }
  }
  return entries;
}

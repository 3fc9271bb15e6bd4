import { failureOf, type DeadLetterFilter, type Envelope, type Logger } from '@dest/core';
import { deadLetterTest, SortedList } from '@dest/core/outbox';
import type { Topic } from '../topic';
import { comparePositions } from '../transport/position';
import type { ReadCursor } from '../transport/pulsar-reader';
import type { PulsarTransport } from '../transport/pulsar-transport';
import type { DeadLetterEntry, IndexedLetter } from './dead-letter-entry';
import { isDeadLetterEntry } from './is-dead-letter-entry';
import { EnvelopeCache } from './envelope-cache';
import { farBehind } from './far-behind';
import { FollowedTopic, type FollowedEntry } from './followed-topic';
import { leanLetter } from './lean-letter';
import type { Kept, Restatement } from './topic-keeper';

/** So many ids are in one entry at most. */
const IDS_AN_ENTRY = 2_000;

export interface DeadLettersOptions {
  readonly transport: PulsarTransport;
  readonly topic: Topic;
  readonly run: string;
  readonly logger: Logger;
  /** Called with each dead letter that is read, from whichever host: its delivery waits no more. */
  readonly onLetter: (letter: IndexedLetter) => void;
}

interface Held {
  readonly letter: IndexedLetter;
  readonly place: string;
  /** Where reading begins with it. */
  readonly before: ReadCursor | undefined;
}

/**
 * The dead letters of all hosts: their topic keeps them, with their envelopes, as long as nobody drops or replays them;
 * every host holds a list of them.
 */
export class DeadLetters {
  readonly #options: DeadLettersOptions;
  readonly #byId = new Map<string, Held>();
  readonly #byDelivery = new Map<string, string>();
  readonly #ordered = new SortedList<IndexedLetter>((left, right) => compareTexts(left.id, right.id));
  readonly #envelopes = new EnvelopeCache();
  /** What is read again at this time: of each reading, what it still looks for. */
  readonly #readings = new Set<Map<string, Held>>();
  #topic!: FollowedTopic<DeadLetterEntry, string | undefined>;

  private constructor(options: DeadLettersOptions) {
    this.#options = options;
  }

  /** Resolves when all that is there is read. */
  static async open(options: DeadLettersOptions): Promise<DeadLetters> {
    const letters = new DeadLetters(options);
    const { transport, topic, run, logger } = options;
    letters.#topic = await FollowedTopic.open<DeadLetterEntry, string | undefined>({
      transport,
      topic,
      run,
      logger,
      isEntry: isDeadLetterEntry,
      apply: (followed) => letters.#apply(followed),
      traceOf: (entry) => (entry.kind === 'letter' ? entry.letter.id : undefined),
      isNeeded: (id, place) => id !== undefined && letters.#byId.get(id)?.place === place,
      restate: (needed) => farBehind(needed).map((kept) => letters.#restatement(kept)),
    });
    try {
      await letters.#topic.write({ kind: 'gone', ids: [] });
      return letters;
    } catch (error) {
      await letters.close();
      throw error;
    }
  }

  /** Whether a delivery is a dead letter. */
  hasDelivery(delivery: string): boolean {
    return this.#byDelivery.has(delivery);
  }

  get(id: string): IndexedLetter | undefined {
    return this.#byId.get(id)?.letter;
  }

  /** Ascending by id, those above `after`. */
  *matching(filter: DeadLetterFilter, after = ''): Generator<IndexedLetter> {
    const matches = deadLetterTest(filter);
    for (const letter of this.#ordered.from(({ id }) => compareTexts(id, after) > 0)) if (matches(letter)) yield letter;
  }

  /** @param persons by fingerprint */
  ofPerson(person: string): readonly IndexedLetter[] {
    return [...this.#ordered].filter(({ persons }) => persons.includes(person));
  }

  /**
   * Resolves when it is kept. It is larger than what its delivery came by: where it is too large, less is kept of why it
   * failed, and not the envelope where nothing else is left to leave out.
   */
  async add(letter: IndexedLetter, envelope: Envelope | undefined): Promise<void> {
    if (envelope !== undefined) {
      if (await this.#fits({ kind: 'letter', letter, envelope })) return;
      if (await this.#fits({ kind: 'letter', letter: leanLetter(letter), envelope })) return;
      const message = `The dead letter ${letter.id} is kept without its envelope: Pulsar takes no message that has both.`;
      this.#options.logger.error(message, { envelope: letter.envelopeId, destination: letter.lane.destination });
    }
    await this.#topic.write({ kind: 'letter', letter: leanLetter(letter) });
  }

  /** Resolves when they are gone. */
  async remove(ids: readonly string[]): Promise<void> {
    const chunks: Promise<void>[] = [];
    for (let from = 0; from < ids.length; from += IDS_AN_ENTRY) {
      chunks.push(this.#topic.write({ kind: 'gone', ids: ids.slice(from, from + IDS_AN_ENTRY) }));
    }
    await Promise.all(chunks);
  }

  /** The envelopes of dead letters by their ids, without those that can't be read or are gone by then. */
  async envelopesOf(letters: readonly IndexedLetter[]): Promise<ReadonlyMap<string, Envelope>> {
    const found = new Map<string, Envelope>();
    const missing = new Map<string, Held>();
    for (const { id } of letters) {
      const envelope = this.#envelopes.get(id);
      const held = this.#byId.get(id);
      if (envelope !== undefined) found.set(id, envelope);
      else if (held !== undefined) missing.set(id, held);
    }
    if (missing.size > 0) await this.#readAgain(missing, found);
    return found;
  }

  async close(): Promise<void> {
    await this.#topic.close();
  }

  /** Writes an entry; false where it is too large for that. */
  async #fits(entry: DeadLetterEntry): Promise<boolean> {
    try {
      await this.#topic.write(entry);
      return true;
    } catch (error) {
      if (failureOf(error).code === 'PULSAR_MESSAGE_TOO_LARGE') return false;
      throw error;
    }
  }

  async #readAgain(missing: Map<string, Held>, found: Map<string, Envelope>): Promise<void> {
    const [first] = [...missing.values()].toSorted((left, right) => comparePositions(left.place, right.place));
    const take = ({ entry }: FollowedEntry<DeadLetterEntry>): void => {
      if (entry.kind === 'letter' && missing.delete(entry.letter.id) && entry.envelope !== undefined) {
        found.set(entry.letter.id, entry.envelope);
      }
    };
    this.#readings.add(missing);
    try {
      await this.#topic.readAgain(first?.before, take, () => missing.size === 0);
    } finally {
      this.#readings.delete(missing);
    }
  }

  #apply({ entry, place, before }: FollowedEntry<DeadLetterEntry>): void {
    if (entry.kind === 'gone') {
      for (const id of entry.ids) this.#delete(id);
      return;
    }
    const { letter, envelope } = entry;
    if (this.#byId.has(letter.id)) {
      // Written once more: from now on it is there.
      this.#byId.set(letter.id, { letter, place, before });
      return;
    }
    // What became of it was told again, since the first answer got lost.
    if (this.#byDelivery.has(letter.delivery)) return;
    this.#byId.set(letter.id, { letter, place, before });
    this.#byDelivery.set(letter.delivery, letter.id);
    this.#ordered.add(letter);
    if (envelope !== undefined) this.#envelopes.add(letter.id, envelope, letter.bytes);
    this.#options.onLetter(letter);
  }

  #restatement(kept: Kept<string | undefined>): Restatement<string | undefined> {
    const write = async (): Promise<void> => {
      const held = this.#byId.get(kept.trace ?? '');
      if (held?.place !== kept.place) return;
      const envelope = (await this.envelopesOf([held.letter])).get(held.letter.id);
      // What went while it was read stays gone.
      if (this.#byId.get(held.letter.id) === held) await this.add(held.letter, envelope);
    };
    return { write, instead: [kept] };
  }

  #delete(id: string): void {
    const held = this.#byId.get(id);
    if (held === undefined) return;
    const { letter } = held;
    this.#byId.delete(id);
    if (this.#byDelivery.get(letter.delivery) === id) this.#byDelivery.delete(letter.delivery);
    this.#ordered.remove(letter);
    this.#envelopes.delete(id);
    // Its entry may be gone as well.
    for (const missing of this.#readings) missing.delete(id);
  }
}

function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

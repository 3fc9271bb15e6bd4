import type { DeadLetterFilter, Envelope, LaneIdentity, ReplayReceipt } from '@dest/core';
import { freshDelivery } from '@dest/core/outbox';
import { carryingRecord } from './carrying-record';
import type { IndexedLetter } from './dead-letter-entry';
import { numberText } from './envelope-record';
import type { BasicParts } from './basic-parts';
import { publishRecord } from './publish-record';

/** So many are read, published and let go of at a time. */
const AT_ONCE = 500;

interface Fitting {
  readonly letter: IndexedLetter;
  readonly lane: LaneIdentity;
}

/**
 * Publishes dead letters as deliveries of the lanes that are theirs. The delivery comes first and the end of the letter
 * after it: what a crash leaves is both, and nothing is lost.
 */
export async function replayLetters(
  parts: BasicParts,
  filter: DeadLetterFilter,
  lanes: readonly LaneIdentity[],
): Promise<ReplayReceipt> {
  const { letters, feeds, clock } = parts;
  const fitting: Fitting[] = [];
  let unfitting = 0;
  for (const letter of letters.matching(filter)) {
    const { destination, debug } = letter.lane;
    const lane = lanes.find((candidate) => candidate.destination === destination && candidate.debug === debug);
    if (lane === undefined) unfitting++;
    else fitting.push({ letter, lane });
  }
  const now = clock.now();
  let replayed = 0;
  for (let first = 0; first < fitting.length; first += AT_ONCE) {
    const some = fitting.slice(first, first + AT_ONCE);
    const envelopes = await letters.envelopesOf(some.map(({ letter }) => letter));
    const readable = some.filter(({ letter }) => envelopes.has(letter.id));
    await feeds.prepare([...new Set(readable.map(({ lane }) => lane.destination))]);
    const published = readable.map((one) => publish(parts, one, envelopes.get(one.letter.id) as Envelope, now));
    await Promise.all(published.map(({ stored }) => stored));
    await letters.remove(readable.map(({ letter }) => letter.id));
    await Promise.all(published.map(({ came }) => came));
    replayed += readable.length;
  }
  return { replayed, unfitting };
}

function publish(
  parts: BasicParts,
  { letter, lane }: Fitting,
  envelope: Envelope,
  waitingSince: number,
): ReturnType<typeof publishRecord> {
  const { run, numbers } = parts;
  const { envelopeId, acceptedAt, tries, bytes, history, envelopeNumber } = letter;
  const number = numbers.next();
  const id = `${numberText(number)}-${run}`;
  const given = { lane, id, sequence: number, envelope: envelopeNumber, waitingSince, tries, bytes, replay: true };
  const stored = freshDelivery(given, letter);
  const accepted = { id: envelopeId, envelope, acceptedAt };
  return publishRecord(parts, carryingRecord({ run, number, accepted, stored, history }));
}

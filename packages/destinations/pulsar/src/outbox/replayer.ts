import type { DeadLetterFilter, Envelope, LaneIdentity, ReplayReceipt } from '@dest/core';
import { freshDelivery } from '@dest/core/outbox';
import { carryingRecord } from './carrying-record';
import type { IndexedLetter } from './dead-letter-entry';
import { numberOf, numberText } from './envelope-record';
import type { BasicParts } from './basic-parts';
import type { OperationQueue } from './operation-queue';
import { publishRecord } from './publish-record';

/** So many are read, published and let go of at a time. */
const AT_ONCE = 500;

interface Fitting {
  readonly letter: IndexedLetter;
  readonly lane: LaneIdentity;
}

/** What a request is about. */
interface Request {
  readonly fitting: readonly Fitting[];
  readonly unfitting: number;
  readonly askedAt: number;
}

/**
 * Publishes dead letters as deliveries of the lanes that are theirs, some at a time: whatever else the outbox does has its
 * turn in between.
 */
export async function replayLetters(
  parts: BasicParts,
  queue: OperationQueue,
  filter: DeadLetterFilter,
  lanes: readonly LaneIdentity[],
): Promise<ReplayReceipt> {
  const { fitting, unfitting, askedAt } = await queue.follow(async () => requestOf(parts, filter, lanes));
  let replayed = 0;
  for (let first = 0; first < fitting.length; first += AT_ONCE) {
    const some = fitting.slice(first, first + AT_ONCE);
    // Not in turn: it may take a while.
    const envelopes = await parts.letters.envelopesOf(some.map(({ letter }) => letter));
    replayed += await queue.run(() => replay(parts, some, envelopes, askedAt));
  }
  return { replayed, unfitting };
}

function requestOf({ letters, clock }: BasicParts, filter: DeadLetterFilter, lanes: readonly LaneIdentity[]): Request {
  const fitting: Fitting[] = [];
  let unfitting = 0;
  for (const letter of letters.matching(filter)) {
    const { destination, debug } = letter.lane;
    const lane = lanes.find((candidate) => candidate.destination === destination && candidate.debug === debug);
    if (lane === undefined) unfitting++;
    else fitting.push({ letter, lane });
  }
  return { fitting, unfitting, askedAt: clock.now() };
}

/**
 * The delivery comes first and the end of the letter after it: what a crash leaves is both, and nothing is lost. Returns how
 * many there were.
 */
async function replay(
  parts: BasicParts,
  some: readonly Fitting[],
  envelopes: ReadonlyMap<string, Envelope>,
  askedAt: number,
): Promise<number> {
  const { letters, feeds } = parts;
  const destinations = new Set(some.map(({ lane }) => lane.destination));
  await feeds.prepare([...destinations]);
  const published = some.flatMap((one) => {
    const envelope = envelopes.get(one.letter.id);
    // It may be gone since its envelope was read.
    if (envelope === undefined || letters.get(one.letter.id) === undefined) return [];
    return [{ id: one.letter.id, ...publish(parts, one, envelope, askedAt) }];
  });
  await Promise.all(published.map(({ stored }) => stored));
  await letters.remove(published.map(({ id }) => id));
  await Promise.all(published.map(({ came }) => came));
  return published.length;
}

function publish(
  parts: BasicParts,
  { letter, lane }: Fitting,
  envelope: Envelope,
  waitingSince: number,
): ReturnType<typeof publishRecord> {
  const { run, numbers } = parts;
  const { envelopeId, acceptedAt, tries, bytes, history, envelopeNumber, delivery } = letter;
  const number = numbers.next();
  // Who forgets a person just now, at another host, forgets what was accepted before: the id says when that was.
  const id = `${numberText(numberOf(delivery))}-${run}-${number}`;
  const given = { lane, id, sequence: number, envelope: envelopeNumber, waitingSince, tries, bytes, replay: true };
  const stored = freshDelivery(given, letter);
  const accepted = { id: envelopeId, envelope, acceptedAt };
  return publishRecord(parts, carryingRecord({ run, number, accepted, stored, history }));
}

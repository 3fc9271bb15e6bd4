import type { ForgetReceipt, StoredDelivery } from '@dest/core';
import { needProfileId, profileIdsOf } from '@dest/core/outbox';
import { fingerprint } from './fingerprint';
import { numberOf } from './envelope-record';
import type { JournalEntry } from './journal-entry';
import type { BasicParts } from './basic-parts';

/**
 * Has every host let go of what is about a person: what they hold now, and what comes to them that was published before.
 * What was let go of is on the broker's disks until that clears them.
 *
 * @throws PermanentError `PROFILE_ID_MISSING`
 */
export async function forget(parts: BasicParts, profileId: string): Promise<ForgetReceipt> {
  needProfileId(profileId);
  const { journal, letters, numbers } = parts;
  const person = fingerprint(profileId);
  const before = numbers.next();
  const deliveries = ofPerson(parts, person, before);
  await journal.write({ kind: 'person-forgotten', person, before });
  // Also what failed for good meanwhile.
  const buried = letters.ofPerson(person).filter(({ delivery }) => numberOf(delivery) < before);
  const envelopes = new Set([
    ...deliveries.map(({ envelope }) => envelope),
    ...buried.map(({ envelopeNumber }) => envelopeNumber),
  ]);
  await letters.remove(buried.map(({ id }) => id));
  return {
    deliveries: deliveries.map(({ id, lane }) => ({ id, destination: lane.destination })),
    deadLetters: buried.length,
    envelopes: envelopes.size,
    quarantined: 0,
    unsearched: [],
  };
}

/** Lets go of what this host holds of a person. Returns what that was. */
export function letGoOf(
  parts: BasicParts,
  { person, before }: JournalEntry & { readonly kind: 'person-forgotten' },
): readonly StoredDelivery[] {
  const gone = ofPerson(parts, person, before);
  for (const { id } of gone) parts.arrivals.remove(id);
  return gone;
}

function ofPerson({ held: { store } }: BasicParts, person: string, before: number): readonly StoredDelivery[] {
  const found = store.deliveries().filter(({ id, envelope }) => {
    const accepted = store.envelopes.get(envelope);
    if (accepted === undefined || numberOf(id) >= before) return false;
    return profileIdsOf(accepted.envelope).some((id) => fingerprint(id) === person);
  });
  return found.toSorted((left, right) => left.sequence - right.sequence);
}

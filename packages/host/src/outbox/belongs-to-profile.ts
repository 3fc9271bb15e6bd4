import type { Envelope } from '@dest/core';

/** Whether an envelope is about a person: their profile or the one before, or an event or a session of theirs. */
export function belongsToProfile(envelope: Envelope, profileId: string): boolean {
  const { profile, profileBefore, event, session } = envelope;
  return (
    isProfile(profile, profileId) ||
    isProfile(profileBefore, profileId) ||
    isProfile(event?.['profile'], profileId) ||
    isProfile(session?.['profile'], profileId)
  );
}

/** By its id, or one of those that were merged into it. Senders decide what an open object holds: it may be anything. */
function isProfile(profile: unknown, profileId: string): boolean {
  if (typeof profile !== 'object' || profile === null) return false;
  const { id, ids } = profile as { readonly id?: unknown; readonly ids?: unknown };
  return isSame(id, profileId) || (Array.isArray(ids) && ids.some((other) => isSame(other, profileId)));
}

/** Who erases asks by a text, also where a sender wrote the id as a number. */
function isSame(id: unknown, profileId: string): boolean {
  return id === profileId || (typeof id === 'number' && String(id) === profileId);
}

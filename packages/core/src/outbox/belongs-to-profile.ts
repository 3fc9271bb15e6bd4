import type { Envelope } from '../model/envelope';

/** Whether an envelope is about a person: their profile or the one before, or an event or a session of theirs. */
export function belongsToProfile(envelope: Envelope, profileId: string): boolean {
  return profileIdsOf(envelope).includes(profileId);
}

/**
 * The ids of the persons that an envelope is about, each by its own and by those that were merged into it. Who erases asks
 * by a text, also where a sender wrote the id as a number.
 */
export function profileIdsOf({ profile, profileBefore, event, session }: Envelope): readonly string[] {
  return [profile, profileBefore, event?.['profile'], session?.['profile']].flatMap(idsOf);
}

/** Senders decide what an open object holds: it may be anything. */
function idsOf(profile: unknown): readonly string[] {
  if (typeof profile !== 'object' || profile === null) return [];
  const { id, ids } = profile as { readonly id?: unknown; readonly ids?: unknown };
  return [id, ...(Array.isArray(ids) ? (ids as readonly unknown[]) : [])].filter(isId).map(String);
}

function isId(id: unknown): id is string | number {
  return typeof id === 'string' || typeof id === 'number';
}

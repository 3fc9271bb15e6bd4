import type { Envelope } from '@dest/core';

/** How many sizes there are. */
export const SIZES = 3;

/** An envelope of a person. Those of one size have the same length, where their ids and persons have. */
export function sizedEnvelope(id: string, person: string, size: number): Envelope {
  return { event: { id, type: 'paid', properties: { text: 'é'.repeat(1 + size * 100) } }, profile: { id: person } };
}

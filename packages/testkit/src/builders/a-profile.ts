import type { Profile } from '@dest/core';

/** A profile of a person. `rest` is put over it. */
export function aProfile(rest: Partial<Profile> = {}): Profile {
  return {
    id: 'profile-1',
    traits: { email: 'ada@example.com', name: 'Ada', language: 'en' },
    metadata: {},
    operation: { new: false, update: true },
    ...rest,
  };
}

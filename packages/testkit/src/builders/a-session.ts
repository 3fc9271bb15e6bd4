import type { Session } from '@dest/core';

/** A visit of a person. `rest` is put over it. */
export function aSession(rest: Partial<Session> = {}): Session {
  return { id: 'session-1', context: { browser: 'Firefox', device: 'phone' }, ...rest };
}

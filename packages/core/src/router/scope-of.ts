import type { Scope } from '../expressions/scope';
import type { Envelope } from '../model/envelope';

/** What the expressions of a destination see of an envelope: the envelope itself, so that nothing is copied. */
export function scopeOf(envelope: Envelope): Scope {
  return envelope as Envelope & Scope;
}

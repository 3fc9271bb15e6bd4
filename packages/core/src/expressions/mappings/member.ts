import type { Make } from './make';

/** One key of an object in the payload. */
export interface Member {
  readonly key: string;
  readonly make: Make;
  /** What happens to a missing value, and to null. */
  readonly rule: 'always' | 'unless-missing' | 'unless-empty';
}

import { randomBytes } from 'node:crypto';

/** Below 2^53, and above 0. */
const BITS = 53n;

let pool = Buffer.alloc(0);

/** The number of a new envelope: by chance, so that hosts that know nothing of each other don't give the same. */
export function newEnvelopeNumber(): number {
  if (pool.length === 0) pool = randomBytes(8 * 512);
  const number = pool.readBigUInt64LE() >> (64n - BITS);
  pool = pool.subarray(8);
  return Number(number) || 1;
}

import { createHash } from 'node:crypto';

/** More than what chance could give twice. */
const BYTES = 15;

/** A short text that stands for another, of whatever length and with whatever characters; lone surrogates are told apart. */
export function fingerprint(text: string): string {
  return createHash('sha256').update(JSON.stringify(text)).digest().subarray(0, BYTES).toString('base64url');
}

/**
 * A number of 32 bits by which it is seen that what was stored is not what is read: another one for almost any other values
 * (MurmurHash3). Not against forgery.
 */
export function fingerprint(values: readonly (number | string | null)[]): number {
  let hash = values.length;
  for (const value of values) {
    if (value === null) hash = mix(hash, 0x5bd1e995);
    else if (typeof value === 'number') hash = mixNumber(hash, value);
    else hash = mixText(hash, value);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function mixNumber(hash: number, value: number): number {
  return mix(mix(hash, value | 0), Math.floor(value / 0x1_0000_0000) | 0);
}

function mixText(hash: number, text: string): number {
  let mixed = mix(hash, text.length);
  for (let index = 0; index < text.length; index++) mixed = mix(mixed, text.charCodeAt(index));
  return mixed;
}

function mix(hash: number, value: number): number {
  let word = Math.imul(value, 0xcc9e2d51);
  word = Math.imul((word << 15) | (word >>> 17), 0x1b873593);
  const mixed = hash ^ word;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

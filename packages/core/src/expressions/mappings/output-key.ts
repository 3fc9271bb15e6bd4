/** A key of a mapping and the key that it stands for in the payload. */
export interface OutputKey {
  readonly key: string;
  /** Dropped when its value is missing or null. */
  readonly optional: boolean;
}

const PROTOTYPE_KEYS: readonly string[] = ['__proto__', 'prototype', 'constructor'];

/** Reads a key: a `?` at its end makes it optional, `$$` at its start stands for one `$`. */
export function outputKey(written: string): OutputKey {
  const optional = written.endsWith('?');
  const plain = optional ? written.slice(0, -1) : written;
  return { key: plain.startsWith('$$') ? plain.slice(1) : plain, optional };
}

/** Whether a payload may not have this key, since code that copies it carelessly would change a prototype. */
export function isPrototypeKey(key: string): boolean {
  return PROTOTYPE_KEYS.includes(key);
}

/**
 * The same text in the form in which engines keep the keys of objects. A text that was cut out of another one must be
 * looked up in a table each time that it is used as a key; this one not. That makes storing under it several times faster.
 */
export function internalize(key: string): string {
  return Object.keys({ [key]: true })[0] ?? key;
}

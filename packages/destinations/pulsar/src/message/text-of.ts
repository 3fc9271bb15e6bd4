/** A value as the text of a key or a property: an object or a list is its JSON. Undefined where there is none. */
export function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Copies own members of an object into another one, but for a key named `__proto__`: assigning to it would set the prototype. */
export function copyMembers(
  target: Record<string, unknown>,
  source: Readonly<Record<string, unknown>>,
  isWanted?: (key: string) => boolean,
): void {
  for (const key of Object.keys(source)) {
    if (key !== '__proto__' && isWanted?.(key) !== false) target[key] = source[key];
  }
}

/** Whether a value is an object in the sense of JSON. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Copies own members of an object into another one, a key named `__proto__` as a plain member. */
export function copyMembers(
  target: Record<string, unknown>,
  source: Readonly<Record<string, unknown>>,
  isWanted?: (key: string) => boolean,
): void {
  for (const key of Object.keys(source)) {
    if (isWanted?.(key) === false) continue;
    const value = source[key];
    // Assigning to `__proto__` would set the prototype instead of a member.
    if (key === '__proto__') {
      Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
    } else {
      target[key] = value;
    }
  }
}

/** Whether a value is an object in the sense of JSON. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

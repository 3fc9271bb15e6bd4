/** Objects and lists inside each other in what `$parse` gives: few enough to be written as JSON again by anything. */
export const MOST_PARSED_LEVELS = 500;

/**
 * Takes members named `__proto__` out of a value that was just parsed.
 * @returns false where it is nested too deep
 */
export function cleanParsed(value: unknown, level = 1): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (level > MOST_PARSED_LEVELS) return false;
  if (Array.isArray(value)) return value.every((element) => cleanParsed(element, level + 1));
  if (Object.hasOwn(value, '__proto__')) delete (value as Record<string, unknown>)['__proto__'];
  return Object.values(value).every((member) => cleanParsed(member, level + 1));
}

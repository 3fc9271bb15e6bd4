/** What `eventType` and `source` say: names, patterns with `*`, or nothing for all. */
export interface NamePattern {
  /** Names without a `*`, for a look-up by hash; undefined where all names match. */
  readonly names: ReadonlySet<string> | undefined;
  readonly hasWildcards: boolean;
  matches(name: string | undefined): boolean;
}

const EVERYTHING: NamePattern = { names: undefined, hasWildcards: false, matches: () => true };

/** Reads a name, a list, or patterns in which `*` stands for any characters. Absent: everything, also no name at all. */
export function compileNamePattern(pattern: string | readonly string[] | undefined): NamePattern {
  if (pattern === undefined) return EVERYTHING;
  const list = typeof pattern === 'string' ? [pattern] : pattern;
  const names = new Set(list.filter((name) => !name.includes('*')));
  const wildcards = list.filter((name) => name.includes('*')).map((name) => name.split('*'));
  return {
    names,
    hasWildcards: wildcards.length > 0,
    matches: (name) => name !== undefined && (names.has(name) || wildcards.some((parts) => matchesParts(name, parts))),
  };
}

/** Greedy from the left, so linear in the name for each part: no pattern can be made slow. */
function matchesParts(name: string, parts: readonly string[]): boolean {
  const first = parts[0] as string;
  const last = parts[parts.length - 1] as string;
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
  const end = name.length - last.length;
  let position = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, position);
    if (found === -1 || found + part.length > end) return false;
    position = found + part.length;
  }
  return true;
}

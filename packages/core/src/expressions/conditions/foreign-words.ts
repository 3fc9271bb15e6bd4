const FOREIGN_WORDS: Readonly<Record<string, string>> = {
  eq: 'write `==`',
  equals: 'write `==`',
  equal: 'write `==`',
  ne: 'write `!=`',
  neq: 'write `!=`',
  gt: 'write `>`',
  gte: 'write `>=`',
  lt: 'write `<`',
  lte: 'write `<=`',
  like: 'write `CONTAINS "text"` or `MATCHES "pattern"`',
  ilike: 'write `lowercase(…) CONTAINS "text"`',
  match: 'write `MATCHES "pattern"`',
  regex: 'write `MATCHES "pattern"`',
  regexp: 'write `MATCHES "pattern"`',
  rlike: 'write `MATCHES "pattern"`',
  include: 'write `CONTAINS`',
  includes: 'write `CONTAINS`',
  contain: 'write `CONTAINS`',
  has: 'write `CONTAINS`',
  exist: 'write `EXISTS`',
  exits: 'write `EXISTS`',
  isnull: 'write `IS NULL`',
  notnull: 'write `IS NOT NULL`',
  startswith: 'write `STARTS WITH`',
  starts_with: 'write `STARTS WITH`',
  beginswith: 'write `STARTS WITH`',
  begins: 'write `STARTS WITH`',
  endswith: 'write `ENDS WITH`',
  ends_with: 'write `ENDS WITH`',
  start: 'write `STARTS WITH`',
  end: 'write `ENDS WITH`',
};

/** What to write for an operator that another language spells as this word; undefined where it is none. */
export function foreignWord(word: string): string | undefined {
  const name = word.toLowerCase();
  return Object.hasOwn(FOREIGN_WORDS, name) ? FOREIGN_WORDS[name] : undefined;
}

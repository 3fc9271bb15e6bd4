/**
 * What changed since before the older of two versions of a profile; undefined, which stands for anything, where that is so
 * for one of them. The older version may never have arrived.
 */
export function unitedChanges(
  older: readonly string[] | undefined,
  newer: readonly string[] | undefined,
): readonly string[] | undefined {
  if (older === undefined || newer === undefined) return undefined;
  return [...new Set([...older, ...newer])];
}

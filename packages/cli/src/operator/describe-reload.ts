import type { ReloadReport } from '@dest/host';

/** What a reload did, in a sentence. */
export function describeReload({ taken, added, changed, removed }: ReloadReport): string {
  if (!taken) return 'The configuration is refused; the one before stays in use.';
  const parts = [
    ['added', added],
    ['changed', changed],
    ['removed', removed],
  ] as const;
  const told = parts.filter(([, ids]) => ids.length > 0).map(([what, ids]) => `${what} ${ids.join(', ')}`);
  return `The configuration is taken: ${told.length === 0 ? 'no destination changed' : told.join('; ')}.`;
}

import type { ReloadChanges, ReloadReport } from '@dest/host';

/** What a reload did, in a sentence. */
export function describeReload({ taken, intakes, ...destinations }: ReloadReport): string {
  if (!taken) return 'The configuration is refused; the one before stays in use.';
  const ofIntakes = intakes === undefined ? [] : changesIn(intakes, 'intake ');
  const told = [...changesIn(destinations, ''), ...ofIntakes];
  return `The configuration is taken: ${told.length === 0 ? 'no destination changed' : told.join('; ')}.`;
}

function changesIn({ added, changed, removed }: ReloadChanges, kind: string): readonly string[] {
  const parts = [
    ['added', added],
    ['changed', changed],
    ['removed', removed],
  ] as const;
  return parts.filter(([, ids]) => ids.length > 0).map(([what, ids]) => `${what} ${kind}${ids.join(', ')}`);
}

import type { AppendReceipt } from '../ports/outbox';

const NOTHING: ReadonlySet<string> = new Set();

/** Destinations that don't have their copy yet: those that refused it now, and those that weren't asked again. */
export function stillOwed(
  owed: ReadonlySet<string> | undefined,
  { deliveries, refused }: Pick<AppendReceipt, 'deliveries' | 'refused'>,
): ReadonlySet<string> {
  if ((owed === undefined || owed.size === 0) && refused.length === 0) return NOTHING;
  const still = new Set([...(owed ?? []), ...refused.map(({ destination }) => destination)]);
  for (const { destination } of deliveries) still.delete(destination);
  return still;
}

import type { ConfigurationIssue } from './configuration-issue';
import type { RawConfiguration, RawDestination } from './raw-configuration';
import { parseBytes } from './units';

/** What a schema can't see: ids that are there twice, values that don't go together, sizes in other units. */
export function findConflicts(raw: RawConfiguration): readonly ConfigurationIssue[] {
  return [
    ...repeatedIds('resources', 'resource', raw.resources ?? []),
    ...repeatedIds('destinations', 'destination', raw.destinations ?? []),
    ...coalescedByOtherKeys(raw.destinations ?? []),
    ...tooSmallBallast(raw),
  ];
}

/** What must find room when the disk is full is about as much: the log, and a group of appends. */
const MIN_BALLAST_BYTES = 16_777_216;

function tooSmallBallast({ outbox }: RawConfiguration): readonly ConfigurationIssue[] {
  const bytes = outbox?.ballast === undefined ? 0 : parseBytes(outbox.ballast);
  if (bytes === 0 || bytes >= MIN_BALLAST_BYTES) return [];
  const message = `outbox.ballast: ${outbox?.ballast} is too small to go on with when the disk is full. Set 16MiB or more, or 0 for none.`;
  return [{ code: 'BALLAST_TOO_SMALL', path: '/outbox/ballast', message, severity: 'error' }];
}

/** Two profiles that share a key must not replace one another. */
function coalescedByOtherKeys(destinations: readonly RawDestination[]): ConfigurationIssue[] {
  return destinations.flatMap(({ id, delivery }, index): readonly ConfigurationIssue[] => {
    if (delivery?.coalesce !== 'latest' || delivery.key === undefined) return [];
    const path = `/destinations/${index}/delivery/key`;
    const message =
      `Destination ${id}: delivery.key: with coalesce: latest a profile replaces what waits under its own id, ` +
      `and ${delivery.key} may be another's. Remove key, or coalesce.`;
    return [{ code: 'COALESCE_WITH_KEY', path, message, severity: 'error' }];
  });
}

function repeatedIds(list: string, what: string, members: readonly { readonly id: string }[]): ConfigurationIssue[] {
  const first = new Map<string, number>();
  const issues: ConfigurationIssue[] = [];
  members.forEach(({ id }, index) => {
    const earlier = first.get(id);
    if (earlier === undefined) {
      first.set(id, index);
      return;
    }
    issues.push({
      code: 'ID_REPEATED',
      path: `/${list}/${index}/id`,
      message: `${list}[${index}].id: the ${what} ${id} is there already, as ${list}[${earlier}]. Give each its own id.`,
      severity: 'error',
    });
  });
  return issues;
}

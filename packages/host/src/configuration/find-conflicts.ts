import type { ConfigurationIssue } from './configuration-issue';
import type { RawConfiguration, RawDestination } from './raw-configuration';

/** What a schema can't see: ids that are there twice. */
export function findConflicts(raw: RawConfiguration): readonly ConfigurationIssue[] {
  return [
    ...repeatedIds('resources', 'resource', raw.resources ?? []),
    ...repeatedIds('destinations', 'destination', raw.destinations ?? []),
    ...coalescedByOtherKeys(raw.destinations ?? []),
  ];
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

import type { ConfigurationIssue } from './configuration-issue';
import type { RawConfiguration } from './raw-configuration';

/** What a schema can't see: ids that are there twice. */
export function findConflicts(raw: RawConfiguration): readonly ConfigurationIssue[] {
  return [
    ...repeatedIds('resources', 'resource', raw.resources ?? []),
    ...repeatedIds('destinations', 'destination', raw.destinations ?? []),
  ];
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

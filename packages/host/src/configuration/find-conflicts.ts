import type { ConfigurationIssue } from './configuration-issue';
import type { RawConfiguration, RawDestination } from './raw-configuration';
import { parseBytes } from './units';

/** What a schema can't see: ids that are there twice, values that don't go together, sizes in other units. */
export function findConflicts(raw: RawConfiguration): readonly ConfigurationIssue[] {
  return [
    ...repeatedIds('resources', 'resource', raw.resources ?? []),
    ...repeatedIds('destinations', 'destination', raw.destinations ?? []),
    ...repeatedIds('intakes', 'intake', intakeIds(raw)),
    ...coalescedByOtherKeys(raw.destinations ?? []),
    ...tooSmallBallast(raw),
    ...misplacedOutboxSettings(raw),
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

/** What only one type of outbox has. */
const SETTINGS_OF = { sqlite: ['path', 'ballast'], plugin: ['package', 'resource', 'init'] } as const;

function misplacedOutboxSettings({ outbox }: RawConfiguration): readonly ConfigurationIssue[] {
  if (outbox === undefined) return [];
  if (outbox.type === 'plugin' && outbox.package === undefined) {
    const message =
      'outbox.package: is missing; with type: plugin it names the outbox type, such as @dest/pulsar#outbox.';
    return [{ code: 'OUTBOX_PACKAGE_MISSING', path: '/outbox', message, severity: 'error' }];
  }
  // A path of a memory outbox is a sqlite one's that is switched off for a while.
  const others = outbox.type === 'plugin' ? ('sqlite' as const) : ('plugin' as const);
  return SETTINGS_OF[others].flatMap((key): readonly ConfigurationIssue[] => {
    if (outbox[key] === undefined) return [];
    const message = `outbox.${key}: is for type: ${others}, and the type is ${outbox.type}. Remove it, or change the type.`;
    return [{ code: 'OUTBOX_SETTING_MISPLACED', path: `/outbox/${key}`, message, severity: 'error' }];
  });
}

/** With those that are the package's name, which need to be there once as well. */
function intakeIds({ intakes = [] }: RawConfiguration): readonly { readonly id: string }[] {
  return intakes.map(({ id, package: name }) => ({ id: id ?? name }));
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

import { createHash } from 'node:crypto';
import { deepFreeze } from '../json/deep-freeze';
import type { Resource } from '../model/resource';
import { dottedPath, type SchemaIssue } from '../schema/schema-issue';
import type { RegistryEntry } from './read-registration';

/** Something that keeps a configured destination, intake or outbox from working. */
export interface InstanceIssue {
  readonly code:
    | 'RESOURCE_UNKNOWN'
    | 'CREDENTIALS_MISSING'
    | 'CREDENTIALS_INVALID'
    | 'INIT_INVALID'
    | 'PACKAGE_UNKNOWN'
    | 'PACKAGE_KIND_WRONG';
  /** The part of the configuration it is about. */
  readonly part: 'package' | 'resource' | 'credentials' | 'init';
  /** JSON pointer inside that part. */
  readonly pointer: string;
  /** With the path in front: `init.topic: should be a string, is 5`. */
  readonly message: string;
}

/** What every configured instance says of itself: a destination, an intake, an outbox. */
export interface InstanceSettings {
  readonly package: string;
  readonly resource?: { readonly id: string };
  readonly init: unknown;
}

/** What an instance is made from, checked; `issues` is empty where it can be made. */
export interface PreparedInstance {
  readonly issues: readonly InstanceIssue[];
  readonly resource: Resource;
  readonly settings: InstanceSettings;
}

const NO_RESOURCE: Resource = {
  id: '',
  name: '',
  description: '',
  tags: [],
  enabled: true,
  version: '',
  credentials: {},
};

/**
 * Validates the credentials of the side that `debug` selects, and `init`, and fills in their defaults. The resource it
 * gives holds that one side only, so that test and production credentials can't be mixed up. What names no resource gets
 * an empty one.
 */
export function prepareInstance(
  debug: boolean,
  resource: Resource | undefined,
  settings: InstanceSettings,
  entry: RegistryEntry,
): PreparedInstance {
  const side = debug ? 'test' : 'production';
  const issues: InstanceIssue[] = [];
  const wanted = settings.resource?.id;
  const given = wanted === undefined ? {} : resource?.credentials[side];
  let credentials: unknown;
  let init: unknown;

  if (wanted !== undefined && resource?.id !== wanted) {
    issues.push({
      code: 'RESOURCE_UNKNOWN',
      part: 'resource',
      pointer: '/id',
      message: `resource.id: there is no resource ${wanted}`,
    });
  } else if (given === undefined || given === null) {
    issues.push({
      code: 'CREDENTIALS_MISSING',
      part: 'credentials',
      pointer: '',
      message:
        `credentials.${side}: is missing from the resource ${wanted}, and debug is ${debug ? 'on' : 'off'}; ` +
        `add it, or turn debug ${debug ? 'off' : 'on'}`,
    });
  } else {
    // A secret in the wrong place, or one that its schema doesn't mark, would be printed otherwise.
    const result = entry.credentials(given, { hideValues: true });
    if (result.valid) credentials = result.value;
    else issues.push(...issuesOf('CREDENTIALS_INVALID', 'credentials', `credentials.${side}`, result.issues));
  }

  const result = entry.init(settings.init ?? {});
  if (result.valid) init = result.value;
  else issues.push(...issuesOf('INIT_INVALID', 'init', 'init', result.issues));

  const base = wanted === undefined ? NO_RESOURCE : (resource ?? NO_RESOURCE);
  return {
    issues,
    resource: deepFreeze({
      ...base,
      version: base.version || versionOf(credentials),
      credentials: { [side]: credentials },
    }),
    // A copy: what the caller handed over stays as it is.
    settings: deepFreeze(structuredClone({ ...settings, init })),
  };
}

function issuesOf(
  code: InstanceIssue['code'],
  part: InstanceIssue['part'],
  root: string,
  issues: readonly SchemaIssue[],
): InstanceIssue[] {
  return issues.map(({ pointer, message }) => ({
    code,
    part,
    pointer,
    message: `${dottedPath(root, pointer)}: ${message}`,
  }));
}

/** Changes with the credentials. For keys in memory only: a digest of a weak secret must not be printed. */
function versionOf(credentials: unknown): string {
  const text = JSON.stringify(credentials) ?? '';
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

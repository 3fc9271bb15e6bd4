import type { Envelope } from '../model/envelope';
import type { Profile } from '../model/profile';

/** Whether the envelope's profile changed, and where, as far as that is known. */
export interface ProfileChanges {
  readonly changed: boolean;
  /** Dotted paths. Absent where it is only known that something changed. */
  readonly paths?: readonly string[];
}

/** Bookkeeping of the system that stores profiles: differs on every save. */
const BOOKKEEPING = new Set(['metadata', 'operation', 'stats']);

/** `changes` decides where it is present, even when empty; else a comparison with `profileBefore`; else `profile.operation`. */
export function profileChanges(envelope: Envelope): ProfileChanges {
  const { changes, profile, profileBefore } = envelope;
  if (changes !== undefined) return { changed: changes.length > 0, paths: changes };
  if (profile !== undefined && profileBefore !== undefined) {
    const paths = differingPaths(profileBefore, profile);
    return { changed: paths.length > 0, paths };
  }
  const operation = profile?.operation;
  return { changed: operation?.new === true || operation?.update === true };
}

/** Whether one of the changed paths is one of `wanted`, below it, or above it. Unknown paths may be any. */
export function touches(changes: ProfileChanges, wanted: readonly string[] | undefined): boolean {
  if (!changes.changed || wanted === undefined || changes.paths === undefined) return changes.changed;
  return changes.paths.some((path) => wanted.some((prefix) => isWithin(path, prefix) || isWithin(prefix, path)));
}

function isWithin(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}.`);
}

function differingPaths(before: Profile, after: Profile): string[] {
  const paths: string[] = [];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const key of keys) if (!BOOKKEEPING.has(key)) collect(own(before, key), own(after, key), key, paths);
  return paths;
}

function collect(before: unknown, after: unknown, path: string, paths: string[]): void {
  if (before === after) return;
  if (isPlainObject(before) && isPlainObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    for (const key of keys) collect(own(before, key), own(after, key), `${path}.${key}`, paths);
  } else if (!sameList(before, after)) {
    paths.push(path);
  }
}

function sameList(before: unknown, after: unknown): boolean {
  if (!Array.isArray(before) || !Array.isArray(after) || before.length !== after.length) return false;
  return before.every((element, index) => {
    const differing: string[] = [];
    collect(element, after[index], '', differing);
    return differing.length === 0;
  });
}

function own(object: object, key: string): unknown {
  return Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined;
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

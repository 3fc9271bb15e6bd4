import { satisfies, validRange } from 'semver';

/** Whether a version is within a range; pre-releases count. False for what is no range. */
export function isInRange(version: string, range: string): boolean {
  return validRange(range) !== null && satisfies(version, range, { includePrerelease: true });
}

import { parseDuration } from '@dest/core';
import { DURATION_PATTERN } from '@dest/host';
import { InvalidArgumentError } from 'commander';

const DURATION = new RegExp(DURATION_PATTERN);
const DATE = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?(Z|[+-]\d{2}:\d{2})?$/;

/**
 * The time that a text means: `2h` is two hours before `now`; `2026-01-02`, `2026-01-02T03:04` and `2026-01-02 03:04:05Z`
 * are dates, in UTC where they name no zone. Milliseconds since the epoch.
 *
 * @throws InvalidArgumentError
 */
export function parseTime(text: string, now: number): number {
  if (DURATION.test(text)) return now - parseDuration(text);
  if (DATE.test(text)) {
    const isoText = text.replace(' ', 'T');
    const hasZone = /(Z|[+-]\d{2}:\d{2})$/.test(isoText.slice(10));
    const time = Date.parse(hasZone || isoText.length === 10 ? isoText : `${isoText}Z`);
    if (!Number.isNaN(time) && isDay(text.slice(0, 10))) return time;
  }
  throw new InvalidArgumentError(
    'It should be a date (2026-01-31, 2026-01-31T12:00Z) or how long ago (30m, 2h, 1d12h).',
  );
}

/** `2026-02-30` is none, though a date is made of it. */
function isDay(text: string): boolean {
  return new Date(`${text}T00:00Z`).toISOString().startsWith(text);
}

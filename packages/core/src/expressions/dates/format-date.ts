import { instantAt } from './instant';
import { zoneOffset } from './time-zone';

/** `unix` and `unix-ms` are numbers, `iso` is date and time, `date` the date alone. */
export type DateFormat = 'iso' | 'unix' | 'unix-ms' | 'date';

/**
 * Writes a time, cut to its unit.
 * @param time - milliseconds since the epoch
 * @param zone - the zone of `iso` and `date`; a `Z` stands for UTC
 * @returns undefined for a time that is no date, or an unknown zone
 */
export function formatDate(time: number, format: DateFormat, zone: string): string | number | undefined {
  if (instantAt(time) === undefined) return undefined;
  if (format === 'unix') return Math.floor(time / 1_000);
  if (format === 'unix-ms') return Math.floor(time);
  const offset = zone === 'UTC' ? 0 : zoneOffset(zone, time);
  const local = offset === undefined ? undefined : instantAt(Math.floor(time) + offset * 60_000);
  if (offset === undefined || local === undefined) return undefined;
  const text = local.toJSON();
  if (format === 'date') return text.slice(0, text.indexOf('T'));
  return zone === 'UTC' ? text : text.slice(0, -1) + offsetText(offset);
}

function offsetText(minutes: number): string {
  const distance = Math.abs(minutes);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(distance / 60))}:${two(distance % 60)}`;
}

const DATE_TEXT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})([.,]\d{1,12})?)?(?:\s?([Zz]|[+-]\d{2}(?::?\d{2})?))?)?$/;

/**
 * Reads a date, or a date and time, as ISO 8601 and RFC 3339 write it: `2024-01-10`, `2024-01-10T10:00:00.5+02:00`; a
 * blank may stand for the `T`. Without a zone it is UTC.
 *
 * @returns milliseconds since the epoch, with a fraction; undefined for any other text and for days that don't exist
 */
export function parseDateText(text: string): number | undefined {
  const match = DATE_TEXT.exec(text.trim());
  if (match === null) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day)) return undefined;
  const offset = offsetOf(zone);
  if (offset === undefined) return undefined;
  return date.getTime() - offset + (fraction === '' ? 0 : Number(`0.${fraction.slice(1)}`) * 1_000);
}

/** Milliseconds east of UTC. */
function offsetOf(zone: string): number | undefined {
  if (zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || '0');
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

const FIXED = /^([+-])(\d{2}):?(\d{2})$/;
const REMEMBERED_ZONES = 64;

const formats = new Map<string, Intl.DateTimeFormat | undefined>();

/** Whether a text names a time zone: an IANA name such as `Europe/Paris`, `UTC`, or an offset such as `+02:00`. */
export function isTimeZone(zone: string): boolean {
  return fixedOffset(zone) !== undefined || formatFor(zone) !== undefined;
}

/** How far a zone is east of UTC at a point in time, in minutes; undefined for an unknown zone. */
export function zoneOffset(zone: string, time: number): number | undefined {
  const fixed = fixedOffset(zone);
  if (fixed !== undefined) return fixed;
  const format = formatFor(zone);
  if (format === undefined) return undefined;
  const wholeSeconds = Math.floor(time / 1_000) * 1_000;
  const fields = new Map(format.formatToParts(wholeSeconds).map(({ type, value }) => [type, value]));
  const field = (type: Intl.DateTimeFormatPartTypes): number => Number(fields.get(type));
  const year = fields.get('era') === 'BC' ? 1 - field('year') : field('year');
  const local = new Date(0);
  local.setUTCFullYear(year, field('month') - 1, field('day'));
  local.setUTCHours(field('hour'), field('minute'), field('second'));
  return Math.round((local.getTime() - wholeSeconds) / 60_000);
}

function fixedOffset(zone: string): number | undefined {
  const match = FIXED.exec(zone);
  if (match === null || Number(match[2]) > 23 || Number(match[3]) > 59) return undefined;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}

/** Making a format is slow, so the last ones are remembered: as many as names come out of data can't fill the memory. */
function formatFor(zone: string): Intl.DateTimeFormat | undefined {
  if (!/^[A-Za-z]/.test(zone) || zone.length > 64) return undefined;
  if (formats.has(zone)) return formats.get(zone);
  if (formats.size >= REMEMBERED_ZONES) formats.clear();
  const format = makeFormat(zone);
  formats.set(zone, format);
  return format;
}

function makeFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
}

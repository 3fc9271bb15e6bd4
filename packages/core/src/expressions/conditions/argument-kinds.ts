import { instantAt, Instant } from '../dates/instant';
import { OFFSET_EXPECTED, parseOffset } from '../dates/parse-offset';
import { parseDateText } from '../dates/parse-date-text';
import { isTimeZone } from '../dates/time-zone';

/** What an argument of a function must be; literal arguments are checked when the condition is compiled. */
export type ArgumentKind = 'text' | 'seconds' | 'datetime' | 'offset' | 'time zone';

/** Turns an argument's value into what the function works on; undefined where the value doesn't fit. */
export const ARGUMENT_READERS: Readonly<Record<ArgumentKind, (value: unknown) => unknown>> = {
  text: (value) => (typeof value === 'string' ? value : undefined),
  seconds: (value) => (typeof value === 'number' ? instantAt(value * 1_000) : undefined),
  datetime: (value) => (value instanceof Instant ? value : typeof value === 'string' ? readDate(value) : undefined),
  offset: (value) => (typeof value === 'string' ? parseOffset(value) : undefined),
  'time zone': (value) => (typeof value === 'string' && isTimeZone(value) ? value : undefined),
};

/** What each kind takes, for messages. */
export const ARGUMENT_EXPECTED: Readonly<Record<ArgumentKind, string>> = {
  text: 'a text',
  seconds: 'a number of seconds since 1970',
  datetime: 'a date as ISO 8601 writes it, such as "2024-01-10" or "2024-01-10T10:00:00Z"',
  offset: OFFSET_EXPECTED,
  'time zone': 'the name of a time zone, such as "Europe/Paris"',
};

/** Whether a literal can be an argument of a kind; what it should be where it can't. */
export function argumentFault(kind: ArgumentKind, value: unknown): string | undefined {
  return ARGUMENT_READERS[kind](value) === undefined ? ARGUMENT_EXPECTED[kind] : undefined;
}

function readDate(text: string): Instant | undefined {
  const time = parseDateText(text);
  return time === undefined ? undefined : new Instant(time);
}

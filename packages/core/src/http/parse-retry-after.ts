/** A day. What asks for more is held to it. */
export const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1000;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

// The three forms of an HTTP date (RFC 9110, 5.6.7): IMF-fixdate, RFC 850, asctime.
const DATE_FORMS = [
  /^[A-Z][a-z]{2}, (?<day>\d{2}) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/,
  /^[A-Z][a-z]{5,8}, (?<day>\d{2})-(?<month>[A-Z][a-z]{2})-(?<year>\d{2}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/,
  /^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<time>\d{2}:\d{2}:\d{2}) (?<year>\d{4})$/,
];

/**
 * Reads a `Retry-After` header (RFC 9110, 10.2.3): seconds, or a date in any of the three forms.
 *
 * @param value The header; `null` where there is none.
 * @param now Milliseconds since the epoch.
 * @returns Milliseconds to wait from `now`, at least 0 and at most a day; `undefined` for anything else.
 */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  const text = value?.trim() ?? '';
  const delay = /^\d+$/.test(text) ? Number(text) * 1000 : parseHttpDate(text, now) - now;
  return Number.isNaN(delay) ? undefined : Math.min(Math.max(delay, 0), MAX_RETRY_AFTER_MS);
}

function parseHttpDate(text: string, now: number): number {
  for (const form of DATE_FORMS) {
    const parts = form.exec(text)?.groups;
    if (parts === undefined) continue;
    const month = MONTHS.indexOf(parts.month ?? '');
    const year = fullYear(parts.year ?? '', now);
    const [hours = 99, minutes = 99, seconds = 99] = (parts.time ?? '').split(':').map(Number);
    // 60 is a leap second.
    if (month < 0 || hours > 23 || minutes > 59 || seconds > 60) return Number.NaN;
    return Date.UTC(year, month, Number(parts.day), hours, minutes, seconds);
  }
  return Number.NaN;
}

/** Two digits that would be more than 50 years ahead mean the century before (RFC 9110). */
function fullYear(digits: string, now: number): number {
  if (digits.length === 4) return Number(digits);
  const current = new Date(now).getUTCFullYear();
  const year = current - (current % 100) + Number(digits);
  return year > current + 50 ? year - 100 : year;
}

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const OFFSET = /^([+-]?)((?:\d+(?:\.\d+)?[smhdw])+)$/;

/** What an offset looks like, for messages. */
export const OFFSET_EXPECTED = 'a sign and numbers with the units s, m, h, d or w, such as "-1d" or "+1h30m"';

/** Reads an offset such as `-1d` or `1h30m` as milliseconds; undefined for any other text. A day has 24 hours. */
export function parseOffset(text: string): number | undefined {
  const match = OFFSET.exec(text);
  if (match === null) return undefined;
  let sum = 0;
  for (const [, amount, unit] of (match[2] as string).matchAll(/([\d.]+)([smhdw])/g)) {
    sum += Number(amount) * (UNITS[unit as string] as number);
  }
  if (!Number.isFinite(sum)) return undefined;
  return match[1] === '-' ? -sum : sum;
}

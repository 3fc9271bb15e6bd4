const BYTES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1_000,
  MB: 1_000_000,
  GB: 1_000_000_000,
  KiB: 1_024,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
};

/** What a duration looks like: `90s`, `1h30m`, `3d`. */
export const DURATION_PATTERN = '^(\\d+(ms|s|m|h|d|w))+$';

/** What a size looks like: `512KiB`, `1GiB`, `10MB`. */
export const BYTES_PATTERN = '^\\d+(B|kB|MB|GB|KiB|MiB|GiB)$';

/** Bytes of `1GiB`, or of a number, which is bytes already. The text matches BYTES_PATTERN. */
export function parseBytes(size: string | number): number {
  if (typeof size === 'number') return size;
  const [, amount, unit] = /^(\d+)(\w+)$/.exec(size) ?? [];
  return Number(amount) * (BYTES[unit as string] ?? 1);
}

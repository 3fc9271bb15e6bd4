const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds of `1h30m`, or of a number, which is milliseconds already. A schema's pattern says which texts come here. */
export function parseDuration(duration: string | number): number {
  if (typeof duration === 'number') return duration;
  let milliseconds = 0;
  for (const [, amount, unit] of duration.matchAll(/(\d+)(ms|s|m|h|d|w)/g)) {
    milliseconds += Number(amount) * (MILLISECONDS[unit as string] as number);
  }
  return milliseconds;
}

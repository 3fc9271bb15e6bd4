export interface ColorOptions {
  readonly isTTY: boolean;
  /** False after `--no-color`. */
  readonly wanted: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** On a terminal, unless `--no-color` or NO_COLOR forbids them; elsewhere where FORCE_COLOR asks. */
export function wantsColors({ isTTY, wanted, environment }: ColorOptions): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  if (!wanted || (NO_COLOR !== undefined && NO_COLOR !== '')) return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return isTTY && TERM !== 'dumb';
}

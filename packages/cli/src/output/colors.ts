import { createColors } from 'picocolors';

export type Colors = ReturnType<typeof createColors>;

export interface ColorOptions {
  readonly isTTY: boolean;
  /** False after `--no-color`. */
  readonly wanted: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Colours for one stream: on a terminal, unless `--no-color` or NO_COLOR forbids them; elsewhere where FORCE_COLOR asks. */
export function colorsFor({ isTTY, wanted, environment }: ColorOptions): Colors {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  if (!wanted || (NO_COLOR !== undefined && NO_COLOR !== '')) return createColors(false);
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') {
    return createColors(FORCE_COLOR !== '0' && FORCE_COLOR !== 'false');
  }
  return createColors(isTTY && TERM !== 'dumb');
}

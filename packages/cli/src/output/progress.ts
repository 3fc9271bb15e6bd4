import { SingleBar } from 'cli-progress';
import type { Console } from './console';
import { formatNumber } from './count';

/** How far a run has come. */
export interface ProgressState {
  /** Bytes of the input that were read. */
  readonly bytes: number;
  readonly lines: number;
  readonly delivered: number;
  readonly failed: number;
  /** Milliseconds since the start. */
  readonly elapsedMs: number;
}

/** How often the figures are brought up to date, in milliseconds. */
const INTERVAL_MS = 100;

/**
 * A progress bar on stderr where that is a terminal, nothing at all where it is not.
 *
 * @param size - of the input in bytes, where it is known: without it there is no bar, only figures
 * @returns what takes it away
 */
export function startProgress(console: Console, size: number | undefined, read: () => ProgressState): () => void {
  const { stderr } = console.streams;
  if (stderr.isTTY !== true) return () => undefined;
  const { noteColors: colors } = console;
  const figures = `{lines} lines ${colors.dim('·')} {rate}/s ${colors.dim('·')} {delivered} delivered ${colors.dim('·')} {failed} failed`;
  const bar = new SingleBar({
    stream: stderr,
    format: size === undefined ? figures : `${colors.cyan('{bar}')} {percentage}% ${figures}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 20,
    forceRedraw: true,
    clearOnComplete: true,
    // Signals are the command's own affair.
    gracefulExit: false,
  });
  const update = (): void => {
    const state = read();
    bar.update(Math.min(state.bytes, size ?? 0), payloadOf(state));
  };
  bar.start(size ?? 1, 0, payloadOf(read()));
  const timer = setInterval(update, INTERVAL_MS);
  console.writeNotesVia((write) => {
    void console.stderr.write('\r\u001b[K');
    write();
    bar.render();
  });
  return () => {
    clearInterval(timer);
    console.writeNotesVia();
    update();
    bar.stop();
  };
}

function payloadOf({ lines, delivered, failed, elapsedMs }: ProgressState): Record<string, string> {
  return {
    lines: formatNumber(lines),
    rate: formatNumber(elapsedMs > 0 ? Math.round((lines * 1_000) / elapsedMs) : 0),
    delivered: formatNumber(delivered),
    failed: formatNumber(failed),
  };
}

import type { Console } from './console';
import { oneLine } from './printable';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const INTERVAL_MS = 100;
const LENGTH = 100;

/**
 * Says on stderr what takes a while, where that is a terminal, with a sign that it goes on; nothing at all where it is not.
 *
 * @returns what takes it away
 */
export function startActivity(console: Console, what: string): () => void {
  const { stderr } = console.streams;
  if (stderr.isTTY !== true) return () => undefined;
  const { noteColors: colors } = console;
  const shown = oneLine(what, LENGTH);
  const startedAt = performance.now();
  let frame = 0;
  const draw = (): void => {
    const seconds = Math.floor((performance.now() - startedAt) / 1_000);
    const elapsed = seconds === 0 ? '' : colors.dim(` ${seconds} s`);
    const sign = FRAMES[frame++ % FRAMES.length] as string;
    void console.stderr.write(`\r\u001b[K${colors.cyan(sign)} ${shown}…${elapsed}`);
  };
  draw();
  const timer = setInterval(draw, INTERVAL_MS);
  console.writeNotesVia((write) => {
    void console.stderr.write('\r\u001b[K');
    write();
    draw();
  });
  return () => {
    clearInterval(timer);
    console.writeNotesVia();
    void console.stderr.write('\r\u001b[K');
  };
}

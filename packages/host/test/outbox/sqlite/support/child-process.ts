import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A process that does something with an outbox. */
export interface OutboxChild {
  /** What it has said so far. */
  readonly lines: readonly string[];
  /** Resolves when it has said so many lines, or has ended. */
  said(count: number): Promise<void>;
  /** Ends it as no process can prevent, and waits until it is gone. */
  kill(): Promise<void>;
  /** Its exit code, when it ends by itself. */
  readonly ended: Promise<number | null>;
}

const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Runs a task of `outbox-child.cjs`. */
export function startChild(task: string, path: string, number = 0): OutboxChild {
  const script = join(__dirname, 'outbox-child.cjs');
  const child = spawn(process.execPath, [script, task, path, String(number)], { stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  const lines: string[] = [];
  const waiters: { readonly count: number; readonly resolve: () => void }[] = [];
  const tell = (hasEnded: boolean): void => {
    for (const { count, resolve } of waiters) if (hasEnded || lines.length >= count) resolve();
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    tell(false);
  });
  // Not before all that it said has been read.
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child);
    tell(true);
    return code as number | null;
  });
  return {
    lines,
    said: (count) =>
      lines.length >= count ? Promise.resolve() : new Promise((resolve) => waiters.push({ count, resolve })),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    ended,
  };
}

import { spawnSync } from 'node:child_process';

/** Why there can be no strace here; undefined where it works. */
export function straceProblem(): string | undefined {
  const { error, status, stderr } = spawnSync('strace', ['-f', '-e', 'trace=none', 'true'], { encoding: 'utf8' });
  if (error !== undefined) return `strace is not installed (${error.message})`;
  return status === 0 ? undefined : `strace may not trace here: ${stderr.trim()}`;
}

/** One system call of a trace, in the order of their ends. */
export interface SystemCall {
  readonly name: string;
  /** The first argument's path, where it is a file. */
  readonly path: string;
  /** All arguments, as strace writes them. */
  readonly text: string;
  readonly result: number;
  /** Lines of the trace in which it began and ended. */
  readonly began: number;
  readonly ended: number;
}

/** Reads what `strace -f -y` wrote: calls of several threads, some cut in two by others'. */
export function readTrace(trace: string): readonly SystemCall[] {
  const calls: SystemCall[] = [];
  const unfinished = new Map<string, { readonly began: number; readonly text: string }>();
  for (const [line, whole] of trace.split('\n').entries()) {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(whole) ?? [];
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest);
    const start = resumed === null ? { began: line, text: '' } : unfinished.get(thread);
    const text = (start?.text ?? '') + (resumed?.[1] ?? rest);
    if (text.endsWith('<unfinished ...>')) {
      unfinished.set(thread, { began: line, text: text.slice(0, -'<unfinished ...>'.length) });
      continue;
    }
    const call = /^(\w+)\((.*)\) += (-?\d+)/.exec(text);
    if (call === null) continue;
    const [, name = '', parameters = '', result] = call;
    const path = /^\d+<([^>]*)>/.exec(parameters)?.[1] ?? '';
    calls.push({ name, path, text: parameters, result: Number(result), began: start?.began ?? line, ended: line });
  }
  return calls;
}

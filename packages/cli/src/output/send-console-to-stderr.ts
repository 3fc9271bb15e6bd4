import { Console } from 'node:console';

/**
 * Has what plugins write by `console` on stderr from now on, all of it: stdout is for the results of a command, which programs read.
 *
 * @param target - the console of the process
 */
export function sendConsoleToStderr(target: Console, stderr: NodeJS.WritableStream): void {
  const aside = new Console(stderr, stderr);
  for (const [name, method] of Object.entries(aside)) {
    if (typeof method === 'function') Object.assign(target, { [name]: method as unknown });
  }
}

// Measurements run in processes of their own: no heap, no compiled code and no cache is shared.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const STOP = 'stop';

const running = new Set();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Runs a script that calls `answer`, with `input`, in a fresh process.
 *
 * @param {URL} script
 * @param {unknown} input - plain JSON
 * @returns what the script answers; rejects where it ends without an answer or with another code than 0
 */
export async function runChild(script, input, { execArgv = [] } = {}) {
  const { child, ended } = startChild(script, input, { execArgv });
  let result;
  child.on('message', (message) => (result = message));
  const code = await ended;
  if (code !== 0 || result === undefined) throw new Error(`${fileURLToPath(script)} ended with ${code}, see above`);
  return result.answer;
}

/**
 * Starts a script in a fresh process that goes on until it is stopped. What it sends first says that it is ready.
 *
 * @returns what it sent first; `ended`, which resolves to its exit code or signal; `send`, which gives it a message; `stop`, which
 * asks it to end, by a message, and resolves when it has
 */
export async function startService(script, input, onMessage = () => undefined) {
  const { child, ended } = startChild(script, input, {});
  const first = await Promise.race([
    new Promise((resolve) => child.once('message', resolve)),
    ended.then((code) => Promise.reject(new Error(`${fileURLToPath(script)} ended with ${code}, see above`))),
  ]);
  child.on('message', onMessage);
  const send = (message) => child.connected && child.send(message);
  const stop = async () => {
    send(STOP);
    await ended;
  };
  return { first, ended, send, stop };
}

function startChild(script, input, { execArgv = [] }) {
  const child = fork(script, [JSON.stringify(input)], { execArgv, stdio: ['ignore', 2, 2, 'ipc'] });
  running.add(child);
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
  void ended.then(() => running.delete(child));
  return { child, ended };
}

/** In a child: does the work with the input it was given, sends the result, ends. */
export async function answer(work) {
  try {
    const result = await work(JSON.parse(process.argv[2]));
    process.send({ answer: result }, () => process.exit(0));
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
}

/** In a service: its input, and what to do when it is asked to end, and with other messages. */
export function serve(onStop, onMessage = () => undefined) {
  process.on('message', (message) => {
    if (message === STOP) void Promise.resolve(onStop()).finally(() => process.exit(0));
    else onMessage(message);
  });
  // The one who asked for it is gone.
  process.on('disconnect', () => process.exit(0));
  return JSON.parse(process.argv[2]);
}

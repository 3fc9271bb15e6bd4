// A server of another project as a child process: started, waited for, stopped.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const START_DEADLINE_MS = 30_000;
/** Children, and the signal that asks each to end. */
const running = new Map();

process.on('exit', () => {
  for (const [child, signal] of running) child.kill(signal);
});

/** What is needed for a row and isn't there; its message says how to get it. */
export class MissingServerError extends Error {}

/** The user a server runs as that refuses to run as root; nobody else where we aren't root. */
export function unprivilegedUser() {
  if (process.getuid() !== 0) return {};
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  const entry = ['postgres', 'nobody'].map((name) => lines.find((line) => line.startsWith(`${name}:`))).find(Boolean);
  const [, , uid, gid] = entry.split(':').map(Number);
  return { uid, gid };
}

/**
 * Starts a server and resolves when `ready` does.
 *
 * @param {() => Promise<unknown>} ready - rejects as long as the server doesn't answer
 * @returns stop: asks it to end by `signal` and resolves when it has ended
 */
export async function startServer(command, args, { ready, signal, ...options }) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  running.set(child, signal);
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (log = `${log}${text}`.slice(-4_000)));
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve((log += error.message)));
    child.once('exit', resolve);
  }).then(() => running.delete(child));

  const deadline = Date.now() + START_DEADLINE_MS;
  for (;;) {
    try {
      await ready();
      break;
    } catch (error) {
      if (!running.has(child) || Date.now() > deadline) {
        child.kill('SIGKILL');
        throw new Error(`${command} did not start: ${error.message}\n${log}`);
      }
      await sleep(50);
    }
  }
  return async function stop() {
    child.kill(signal);
    await ended;
  };
}

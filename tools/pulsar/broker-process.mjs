import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { brokerPaths } from './paths.mjs';

const POLL_MS = 100;

/** What the broker reaches into of the JDK's own packages. */
const OPENED = [
  'java.base/java.nio',
  'java.base/jdk.internal.misc',
  'java.base/java.util.zip',
  'java.base/java.lang',
  'java.base/sun.net',
  'java.base/jdk.internal.platform',
  'java.management/sun.management',
  'jdk.management/com.sun.management.internal',
];

/**
 * Starts a broker that outlives this process; what it prints goes into its log file.
 * @param {{ name: string, java: string, jars: string }} settings
 * @returns {import('node:child_process').ChildProcess}
 */
export function spawnBroker({ name, java, jars }) {
  const paths = brokerPaths(name);
  const log = openSync(paths.log, 'a', 0o600);
  try {
    const child = spawn(
      java,
      [
        ...OPENED.map((module) => `--add-opens=${module}=ALL-UNNAMED`),
        '-Dio.netty.tryReflectionSetAccessible=true',
        `-Dlog4j2.configurationFile=${paths.logging}`,
        '-Xmx512m',
        '-XX:MaxDirectMemorySize=512m',
        '-classpath',
        join(jars, '*'),
        'org.apache.pulsar.PulsarStandaloneStarter',
        '--config',
        paths.configuration,
        '--no-functions-worker',
        '--no-stream-storage',
        '--num-bookies',
        '1',
        '--metadata-dir',
        join(paths.data, 'metadata'),
        '--bookkeeper-dir',
        join(paths.data, 'bookkeeper'),
        '--advertised-address',
        '127.0.0.1',
      ],
      // Its own folder, since a JVM that crashes writes its report into the current one.
      { detached: true, stdio: ['ignore', log, log], cwd: paths.folder },
    );
    // That it could not be run shows in the missing process id.
    child.on('error', () => undefined);
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

/**
 * Whether the process is there and is the broker of that name: process ids are given out again.
 * @param {number} pid
 * @param {string} name
 */
export function isRunning(pid, name) {
  return commandLineOf(pid).includes(brokerPaths(name).configuration);
}

/**
 * Ends the broker, and resolves when it is gone.
 * @param {number} pid
 * @param {string} name
 * @param {{ patienceMs: number }} options how long it may take to end by itself before it is killed; 0: killed at once
 * @returns {Promise<boolean>} whether it ended by itself
 */
export async function terminate(pid, name, { patienceMs }) {
  if (patienceMs > 0) {
    signal(pid, 'SIGTERM');
    const deadline = Date.now() + patienceMs;
    while (Date.now() < deadline) {
      if (!isRunning(pid, name)) return true;
      await sleep(POLL_MS);
    }
  }
  signal(pid, 'SIGKILL');
  while (isRunning(pid, name)) await sleep(POLL_MS);
  return false;
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} name
 */
function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** @param {number} pid */
function commandLineOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    if (process.platform === 'linux') return '';
    return spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '';
  }
}

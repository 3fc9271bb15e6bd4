// A Redis of our own: every write is synced before it is answered; reached through a socket in its folder, wiped at the end.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { MissingServerError, startServer } from './server.mjs';
import { makeWorkFolder, removeWorkFolder } from './work-folder.mjs';

const { Redis } = createRequire(import.meta.url)('ioredis');

/** Nothing but the log that is synced: no snapshots, and no rewriting of the log during a measurement. */
const SETTINGS = {
  port: '0',
  appendonly: 'yes',
  appendfsync: 'always',
  save: '',
  'auto-aof-rewrite-percentage': '0',
  'maxmemory-policy': 'noeviction',
};

function requireRedis() {
  try {
    return execFileSync('redis-server', ['--version'], { encoding: 'utf8' });
  } catch {
    throw new MissingServerError(
      'redis-server is missing. Install it: apt-get install --no-install-recommends redis-server',
    );
  }
}

/** @returns the path of its socket, its version, and what stops it and wipes its data */
export async function startRedis() {
  const version = /v=(\S+)/.exec(requireRedis())?.[1];
  const folder = makeWorkFolder();
  const path = join(folder, 'redis.sock');
  const settings = Object.entries({ ...SETTINGS, dir: folder, unixsocket: path });
  const stopServer = await startServer(
    'redis-server',
    settings.flatMap(([name, value]) => [`--${name}`, value]),
    {
      signal: 'SIGTERM',
      ready: async () => {
        const client = new Redis({ path, lazyConnect: true, retryStrategy: () => null });
        client.on('error', () => undefined);
        await client.connect();
        await client.ping();
        client.disconnect();
      },
    },
  );
  const stop = async () => {
    await stopServer();
    removeWorkFolder(folder);
  };
  return { path, version, stop };
}

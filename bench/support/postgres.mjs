// A PostgreSQL of our own: durable as it is by default, reached through a socket in its folder, wiped at the end.
import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { MissingServerError, startServer, unprivilegedUser } from './server.mjs';
import { makeWorkFolder, removeWorkFolder } from './work-folder.mjs';

const { Client } = createRequire(import.meta.url)('pg');
const PACKAGES = '/usr/lib/postgresql';

/**
 * Nothing here makes a commit less durable. What is changed from the defaults makes it faster: more memory, no checkpoint
 * during a measurement, less in the log, no compilation of queries that take less long than that.
 */
const SETTINGS = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '512MB',
  max_wal_size: '8GB',
  min_wal_size: '1GB',
  checkpoint_timeout: '30min',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_connections: '60',
  jit: 'off',
  listen_addresses: '',
};

function programs() {
  const versions = existsSync(PACKAGES)
    ? readdirSync(PACKAGES).sort((left, right) => Number(right) - Number(left))
    : [];
  const folder = versions
    .map((version) => join(PACKAGES, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')));
  if (folder === undefined) {
    throw new MissingServerError(
      `PostgreSQL is missing in ${PACKAGES}. Install it: apt-get install --no-install-recommends postgresql`,
    );
  }
  return { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') };
}

/** @returns its connection string, its version, and what stops it and wipes its data */
export async function startPostgres() {
  const { initdb, postgres } = programs();
  const folder = makeWorkFolder();
  const user = unprivilegedUser();
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  execFileSync(initdb, ['-D', data, '-U', 'bench', '--auth=trust', '--encoding=UTF8', '--locale=C'], {
    ...user,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const connectionString = `postgresql:///postgres?user=bench&host=${encodeURIComponent(folder)}`;
  let version;
  const settings = Object.entries({ ...SETTINGS, unix_socket_directories: folder });
  const stopServer = await startServer(
    postgres,
    ['-D', data, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      ...user,
      cwd: folder,
      signal: 'SIGINT',
      ready: async () => {
        const client = new Client({ connectionString });
        await client.connect();
        ({ server_version: version } = (await client.query('show server_version')).rows[0]);
        await client.end();
      },
    },
  );
  const stop = async () => {
    await stopServer();
    removeWorkFolder(folder);
  };
  return { connectionString, version, stop };
}

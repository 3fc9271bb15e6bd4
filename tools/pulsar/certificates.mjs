import { execFile } from 'node:child_process';
import { access, chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ToolFailure } from './tool-failure.mjs';
import { APPLICATION, STRANGER } from './tokens.mjs';

const run = promisify(execFile);

const DAYS = '3650';

/**
 * The files of a broker's certificates, in PEM.
 * @param {string} folder
 * @returns {{ authority: string, broker: { certificate: string, key: string }, clients: Record<string, { certificate: string, key: string }> }}
 */
export function certificateFiles(folder) {
  /** @param {string} name */
  const pair = (name) => ({ certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) });
  return {
    authority: join(folder, 'authority.crt'),
    broker: pair('broker'),
    clients: { [APPLICATION]: pair(APPLICATION), [STRANGER]: pair(STRANGER) },
  };
}

/**
 * Makes an authority, and with it the broker's certificate (for localhost and 127.0.0.1) and one for each role that may
 * be a client; keeps those that are there.
 * @param {string} folder
 * @throws {ToolFailure} OPENSSL_MISSING
 */
export async function writeCertificates(folder) {
  const made = await access(folder).then(
    () => true,
    () => false,
  );
  if (made) return;
  // The folder's final name is what says that it is complete.
  const staging = `${folder}.part`;
  await mkdir(staging, { recursive: true, mode: 0o700 });
  const files = certificateFiles(staging);
  const authorityKey = join(staging, 'authority.key');
  await openssl(...request('Dest test authority', authorityKey), '-x509', '-days', DAYS, '-out', files.authority);
  const pairs = [
    ['broker', files.broker, 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
    ...Object.entries(files.clients).map(([role, pair]) => [role, pair, 'extendedKeyUsage=clientAuth']),
  ];
  for (const [name, { certificate, key }, extension] of /** @type {any[]} */ (pairs)) {
    await openssl(...request(name, key), '-out', `${certificate}.request`);
    await writeFile(`${certificate}.extension`, extension);
    await openssl(
      ...['x509', '-req', '-in', `${certificate}.request`, '-CA', files.authority, '-CAkey', authorityKey],
      ...['-CAcreateserial', '-days', DAYS, '-extfile', `${certificate}.extension`, '-out', certificate],
    );
    await chmod(key, 0o600);
  }
  await rename(staging, folder);
}

/**
 * @param {string} name
 * @param {string} key
 */
function request(name, key) {
  return ['req', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-subj', `/CN=${name}`];
}

/** @param {string[]} options */
async function openssl(...options) {
  try {
    await run('openssl', options);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    throw new ToolFailure(
      'OPENSSL_MISSING',
      'OpenSSL is needed to make the certificates of --auth all; `openssl` was not found. ' +
        'Install it (Debian, Ubuntu: apt-get install openssl; macOS: brew install openssl).',
      { exitCode: 3 },
    );
  }
}

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { APPLICATION, STRANGER } from './tokens.mjs';

/**
 * The files of a broker's passwords: those of the roles, and what the broker compares them with.
 * @param {string} folder
 * @returns {{ users: string, roles: Record<string, string> }} paths
 */
export function passwordFiles(folder) {
  return {
    users: join(folder, 'users.htpasswd'),
    roles: Object.fromEntries([APPLICATION, STRANGER].map((role) => [role, join(folder, `${role}.password`)])),
  };
}

/**
 * Makes a password for each role, readable by the owner only; keeps those that are there. Needs OpenSSL.
 * @param {string} folder
 */
export async function writePasswords(folder) {
  const files = passwordFiles(folder);
  const kept = await access(files.users).then(
    () => true,
    () => false,
  );
  if (kept) return;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lines = [];
  for (const [role, file] of Object.entries(files.roles)) {
    const password = randomBytes(12).toString('base64url');
    await writeFile(file, password, { mode: 0o600 });
    const hash = execFileSync('openssl', ['passwd', '-apr1', '-stdin'], { input: password, encoding: 'utf8' });
    lines.push(`${role}:${hash.trim()}\n`);
  }
  await writeFile(files.users, lines.join(''), { mode: 0o600 });
}

import { createHmac, randomBytes } from 'node:crypto';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** May do everything; the broker itself uses it. */
export const ADMIN = 'admin';
/** May produce to and consume from `public/default`. */
export const APPLICATION = 'application';
/** Is known, and may do nothing. */
export const STRANGER = 'stranger';

const ROLES = [ADMIN, APPLICATION, STRANGER];

/**
 * The files of a broker's tokens.
 * @param {string} folder
 * @returns {{ secret: string, roles: Record<string, string> }} paths
 */
export function tokenFiles(folder) {
  return {
    secret: join(folder, 'secret.key'),
    roles: Object.fromEntries(ROLES.map((role) => [role, join(folder, `${role}.jwt`)])),
  };
}

/**
 * Makes a secret and a token for each role, readable by the owner only; keeps those that are there.
 * @param {string} folder
 */
export async function writeTokens(folder) {
  const files = tokenFiles(folder);
  const kept = await access(files.secret).then(
    () => true,
    () => false,
  );
  if (kept) return;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const secret = randomBytes(32);
  for (const role of ROLES) await writeFile(files.roles[role] ?? '', signToken(secret, role), { mode: 0o600 });
  await writeFile(files.secret, secret, { mode: 0o600 });
}

/**
 * A JSON Web Token (RFC 7519) signed with HMAC SHA-256, without expiry.
 * @param {Buffer} secret
 * @param {string} role
 * @returns {string}
 */
function signToken(secret, role) {
  const encode = (/** @type {object} */ value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${encode({ alg: 'HS256' })}.${encode({ sub: role })}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}

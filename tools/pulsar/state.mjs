import { readFile, rename, writeFile } from 'node:fs/promises';
import { brokerPaths } from './paths.mjs';

/** @typedef {'none' | 'token' | 'all'} Auth `all`: tokens, passwords, and client certificates by TLS */

/**
 * @typedef {object} Ports
 * @property {number} broker
 * @property {number} http
 * @property {number} [brokerTls] with `all`, as the next
 * @property {number} [httpTls]
 */

/**
 * @typedef {object} BrokerState
 * @property {number} [pid] absent where the broker was stopped and its data kept
 * @property {Auth} auth
 * @property {Ports} ports
 */

/**
 * @param {string} name
 * @returns {Promise<BrokerState | undefined>} undefined where there is no such broker
 */
export async function readState(name) {
  try {
    return JSON.parse(await readFile(brokerPaths(name).state, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * @param {string} name
 * @param {BrokerState} state
 */
export async function writeState(name, state) {
  const { state: path } = brokerPaths(name);
  await writeFile(`${path}.new`, `${JSON.stringify(state, null, 2)}\n`);
  await rename(`${path}.new`, path);
}

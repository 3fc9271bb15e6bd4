import { readFile, rename, writeFile } from 'node:fs/promises';
import { brokerPaths } from './paths.mjs';

/**
 * @typedef {object} BrokerState
 * @property {number} [pid] absent where the broker was stopped and its data kept
 * @property {'none' | 'token'} auth
 * @property {{ broker: number, http: number }} ports
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

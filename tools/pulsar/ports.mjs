import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';
import { ToolFailure } from './tool-failure.mjs';

// Below the range that systems take for outgoing connections: a client that keeps trying to reconnect from such a port
// could otherwise connect to itself while the broker is down.
const LOWEST = 20_000;
const HIGHEST = 32_000;
const TRIES = 200;

/**
 * Finds a port on 127.0.0.1 that nobody listens on.
 * @param {ReadonlySet<number>} [except] ports handed out already
 * @returns {Promise<number>}
 */
export async function freePort(except = new Set()) {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (!except.has(port) && (await isFree(port))) return port;
  }
  throw new ToolFailure('NO_FREE_PORT', `No free port between ${LOWEST} and ${HIGHEST} on 127.0.0.1.`, { exitCode: 3 });
}

/**
 * @param {number} port
 * @param {string} option the option that chose it, for the message
 * @throws {ToolFailure} PORT_TAKEN
 */
export async function assertFree(port, option) {
  if (await isFree(port)) return;
  throw new ToolFailure(
    'PORT_TAKEN',
    `Port ${port} on 127.0.0.1 is taken by another process. ` +
      `Stop that one (a broker of this tool: npm run pulsar:stop), or choose another with ${option} (0: any free one).`,
    { exitCode: 3 },
  );
}

/** @param {number} port */
async function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

// A Pulsar broker of our own on 127.0.0.1, as `npm run pulsar:start` starts one; stopped, and its data wiped, at the end.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { startBroker, stopBroker } from '../../tools/pulsar/broker.mjs';
import { ToolFailure } from '../../tools/pulsar/tool-failure.mjs';
import { MissingServerError } from './server.mjs';

const stopTool = fileURLToPath(new URL('../../tools/pulsar/stop.mjs', import.meta.url));
const running = new Set();

// It outlives the process that started it, and on exit nothing can be waited for.
process.on('exit', () => {
  for (const name of running) spawnSync(process.execPath, [stopTool, '--name', name, '--kill'], { stdio: 'ignore' });
});

/**
 * @returns its addresses `url` (pulsar://) and `webSocketUrl` (ws://), and what stops it and wipes its data
 * @throws MissingServerError where Java or Maven is missing
 */
export async function startPulsar() {
  const name = `bench-${randomBytes(4).toString('hex')}`;
  running.add(name);
  try {
    const { url, webSocketUrl } = await startBroker({
      name,
      port: 0,
      httpPort: 0,
      report: (line) => console.error(line),
    });
    const stop = async () => {
      await stopBroker({ name });
      running.delete(name);
    };
    return { url, webSocketUrl, stop };
  } catch (error) {
    throw error instanceof ToolFailure ? new MissingServerError(error.message) : error;
  }
}

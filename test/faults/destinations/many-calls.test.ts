import { builtApplication, runScript } from './support/run-script';

const MAIN = `
import { DestinationInterface, RegisterDestination, defineSchema } from '@dest/core';
import { startHost } from '@dest/host';
class Slow extends DestinationInterface {
  async dispatchEvent() { await new Promise((resolve) => setTimeout(resolve, 50)); }
  async dispatchProfile() {}
}
const anything = defineSchema({ type: 'object' });
RegisterDestination({ package: 'slow', title: 'slow', credentials: anything, init: anything })(Slow);
const destinations = [{ id: 'd', package: 'slow', delivery: { concurrency: 50 } }];
const host = await startHost({
  config: { version: 1, outbox: { type: 'memory' }, destinations },
  from: process.cwd(),
  register: [Slow],
});
await Promise.all(Array.from({ length: 100 }, (_, n) => host.dispatch({ event: { type: 'a', n } })));
await host.drain();
await host.close();
`;

test('many calls at once are no leak that Node.js would warn of', async () => {
  const folder = builtApplication({ 'main.mjs': MAIN });
  expect(await runScript(folder, 'main.mjs')).toEqual({ exitCode: 0, signal: null, stderr: '', said: [] });
});

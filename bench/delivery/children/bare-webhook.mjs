// The same bodies by an undici pool, the version our webhooks use, with nothing around it.
import { createRequire } from 'node:module';
import { answer } from '../../support/child.mjs';
import { makeEnvelope } from '../../support/envelopes.mjs';
import { Flow, measureFlow } from '../../support/flow.mjs';

const { Pool } = createRequire(new URL('../../../packages/core/package.json', import.meta.url))('undici');

await answer(async ({ url, connections }) => {
  const { origin, pathname: path } = new URL(url);
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const headers = { 'content-type': 'application/json' };
  const flow = new Flow({ limit: Infinity });
  const running = flow.run(connections, 1, async (number) => {
    const { event, profile, session } = makeEnvelope(number);
    const body = JSON.stringify({ event, profile, session });
    const answered = await pool.request({ method: 'POST', path, headers, body });
    await answered.body.dump();
    if (answered.statusCode !== 204) throw new Error(`the receiver answered ${answered.statusCode}`);
    flow.arrived(1);
  });
  const { deliveredPerSecond, cpuMicroseconds } = await measureFlow(flow, running);
  flow.stop();
  await running;
  await pool.close();
  return { perSecond: deliveredPerSecond, cpuMicroseconds };
});

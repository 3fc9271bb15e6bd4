// Jobs through Graphile Worker: added in batches by SQL here, handled at the same time by processes of their own.
import { createRequire } from 'node:module';
import { answer, startService } from '../../support/child.mjs';
import { makeScatteredEnvelope } from '../../support/envelopes.mjs';
import { Flow, measureFlow } from '../../support/flow.mjs';

const require = createRequire(import.meta.url);
const { Logger, makeWorkerUtils } = require('graphile-worker');
const { Pool } = require('pg');

/** One round trip, a prepared statement, nothing sent back. */
const ADD_JOBS = {
  name: 'add-jobs',
  text: `select count(*) from graphile_worker.add_jobs(array(
           select ('deliver', payload, null, null, null, null, null, null)::graphile_worker.job_spec
           from json_array_elements($1::json) payload))`,
};

await answer(async ({ connectionString, limit, adders, size, workers, worker }) => {
  const utils = await makeWorkerUtils({ connectionString, logger: new Logger(() => () => undefined) });
  await utils.migrate();
  await utils.release();
  const pool = new Pool({ connectionString, max: adders });
  const flow = new Flow({ limit });
  const script = new URL('graphile-worker.mjs', import.meta.url);
  const input = { preset: { worker: { ...worker, connectionString } } };
  const services = await Promise.all(
    Array.from({ length: workers }, () => startService(script, input, (handled) => flow.arrived(handled))),
  );
  const running = flow.run(adders, size, (first, count) => {
    const payloads = Array.from({ length: count }, (_, index) => makeScatteredEnvelope(first + index));
    return pool.query({ ...ADD_JOBS, values: [JSON.stringify(payloads)] });
  });
  const { deliveredPerSecond, cpuMicroseconds } = await measureFlow(flow, running);
  flow.stop();
  await running;
  await Promise.all(services.map(({ stop }) => stop()));
  await pool.query('drop schema graphile_worker cascade');
  await pool.end();
  return { perSecond: deliveredPerSecond, cpuMicroseconds };
});

// The same jobs through Graphile Worker on a PostgreSQL that syncs each commit.
import { ratesInTurn } from '../../support/in-turn.mjs';
import { runChild } from '../../support/child.mjs';
import { startPostgres } from '../../support/postgres.mjs';
import { ourJobs } from '../our-jobs.mjs';

const script = new URL('../children/graphile.mjs', import.meta.url);

/**
 * From its page on performance: a local queue, completions in batches without delay, 24 jobs at once with a pool of 25, jobs
 * added in batches by SQL, several worker processes, a socket instead of TCP. Sizes and numbers of processes are those that
 * were the fastest of what was tried on a machine with two cores.
 */
const FASTEST = {
  limit: 4_000,
  adders: 2,
  size: 500,
  workers: 2,
  worker: {
    concurrentJobs: 24,
    maxPoolSize: 25,
    localQueue: { size: 1_000 },
    completeJobBatchDelay: 0,
    failJobBatchDelay: 0,
  },
};

export async function measureGraphile(report) {
  const { connectionString, version, stop } = await startPostgres();
  console.error(`graphile: PostgreSQL ${version}`);
  try {
    const measured = await ratesInTurn(
      'graphile',
      () => ourJobs({ outstanding: FASTEST.adders * FASTEST.size, limit: FASTEST.limit }),
      () => runChild(script, { connectionString, ...FASTEST }),
    );
    report.add({ name: 'graphile', unit: 'jobs/s', least: 1, more: true, ...measured });
  } finally {
    await stop();
  }
}

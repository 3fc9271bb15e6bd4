// The same jobs through BullMQ on a Redis that syncs each write.
import { runChild } from '../../support/child.mjs';
import { ratesInTurn } from '../../support/in-turn.mjs';
import { startRedis } from '../../support/redis.mjs';
import { ourJobs } from '../our-jobs.mjs';

const script = new URL('../children/bullmq.mjs', import.meta.url);

/**
 * From its guides: jobs added in bulk, one worker with a concurrency of about a hundred for jobs that take no time, finished
 * jobs removed at once, a short log of events. Of what was tried on a machine with two cores this was the fastest:
 * more workers, worker processes of their own and automatic pipelining were slower, as was a higher concurrency.
 */
const FASTEST = { limit: 2_000, adders: 4, size: 200, workers: 1, concurrency: 100 };

export async function measureBullmq(report) {
  const { path, version, stop } = await startRedis();
  console.error(`bullmq: Redis ${version}`);
  try {
    const measured = await ratesInTurn(
      'bullmq',
      () => ourJobs({ outstanding: FASTEST.adders * FASTEST.size, limit: FASTEST.limit }),
      () => runChild(script, { path, ...FASTEST }),
    );
    report.add({ name: 'bullmq', unit: 'jobs/s', least: 1, more: true, ...measured });
  } finally {
    await stop();
  }
}

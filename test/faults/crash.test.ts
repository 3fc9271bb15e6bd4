import { crashShard, type ShardReport } from './support/crash/crash-shard';
import { endHostChildren } from './support/host-child';
import { seedOf } from './support/seeded-random';
import { isSoak } from './support/soak';
import { WorkFolder } from './support/work-folder';

const KILLS = isSoak ? 1_000 : 100;

/** Outboxes beside one another: while one host starts, another one is under load. */
const SHARDS = 2;

const folders: WorkFolder[] = [];

afterEach(async () => {
  await endHostChildren();
  for (const folder of folders.splice(0)) folder.remove();
});

test(`fault 1: SIGKILL at random moments, ${KILLS} times: no accepted delivery missing`, async () => {
  const seed = seedOf('DEST_CRASH_SEED');
  const startedAt = performance.now();
  console.log(`The crash test's seed is ${seed}; DEST_CRASH_SEED=${seed} repeats its choices.`);
  const shards = await Promise.all(
    Array.from({ length: SHARDS }, (_, shard) => {
      const folder = new WorkFolder();
      folders.push(folder);
      return crashShard(seed + shard, Math.ceil(KILLS / SHARDS), folder);
    }),
  );
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  console.log(`${seconds} s. ${shards.map(({ broken: _, ...rest }) => JSON.stringify(rest)).join('\n')}`);

  expect(shards.flatMap(({ broken }) => broken).slice(0, 20)).toEqual([]);
  const sum = (of: (report: ShardReport) => number): number => shards.reduce((total, shard) => total + of(shard), 0);
  const kills = sum((shard) => Object.values(shard.kills).reduce((left, right) => left + right, 0));
  expect(kills).toBeGreaterThanOrEqual(KILLS);
  // Else it would prove nothing: hardly anything accepted, nothing in flight at a kill, all of it given up.
  expect(sum(({ accepted }) => accepted)).toBeGreaterThan(KILLS * 20);
  expect(sum(({ repeats }) => repeats)).toBeGreaterThan(0);
  // Three crashes in a row with the same ones in flight are rare: who is blamed is not whoever was there.
  expect(sum(({ deadLetters }) => deadLetters['CRASHED_HOST'] ?? 0)).toBeLessThanOrEqual(kills / 10);
}, 3_600_000);

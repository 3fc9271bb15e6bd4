import type { LaneStatus } from '@dest/host';
import { allLoadedDeadLetters } from '../all-dead-letters';
import { HostChild } from '../host-child';
import { SeededRandom } from '../seeded-random';
import { readSink, type Delivery } from '../sink-files';
import { persistent, type WorkFolder, type SinkDestination } from '../work-folder';
import { crashCycle, MOMENTS, type Moment } from './crash-cycle';
import { Oracle } from './oracle';
import { brokenPromises } from './verdict';

export interface ShardReport {
  readonly broken: readonly string[];
  readonly kills: Readonly<Partial<Record<Moment, number>>>;
  readonly issued: number;
  readonly accepted: number;
  readonly delivered: number;
  /** Arrivals after the first. */
  readonly repeats: number;
  readonly deadLetters: Readonly<Record<string, number>>;
}

const DESTINATIONS = ['ordered', 'copies', 'moody'];

/** One outbox whose hosts are killed until that has happened often enough; then one that may end its work. */
export async function crashShard(seed: number, kills: number, folder: WorkFolder): Promise<ShardReport> {
  const random = new SeededRandom(seed);
  const oracle = new Oracle(random, `s${seed}`);
  const counts: Partial<Record<Moment, number>> = {};
  let configured = 0;
  const configure = (): string => folder.configure(destinations(folder, ++configured));
  let usualStartMs = 1_000;
  for (let killed = 0; killed < kills;) {
    const moment = random.pick(MOMENTS);
    const report = await crashCycle({ moment, oracle, random, configure, usualStartMs });
    if (report.startMs !== undefined) usualStartMs = usualStartMs * 0.7 + report.startMs * 0.3;
    if (!report.killed) continue;
    counts[moment] = (counts[moment] ?? 0) + 1;
    killed++;
  }
  return { kills: counts, ...(await lastLife(oracle, configure(), folder)) };
}

async function lastLife(oracle: Oracle, config: string, folder: WorkFolder): Promise<Omit<ShardReport, 'kills'>> {
  const child = new HostChild({ config, onAnswer: (answer) => oracle.note(answer) });
  await child.ready;
  const again = oracle.issueAgain();
  if (again.length > 0) await child.dispatch(again);
  await child.call('drain', { waitForRetries: true });
  const deadLetters = await allLoadedDeadLetters(child);
  const broken: string[] = [];
  for (const { destination, waiting, state } of await child.call<readonly LaneStatus[]>('lanes')) {
    if (waiting > 0) broken.push(`${waiting} wait for ${destination} (${state}) after everything was drained`);
  }
  await child.close();

  const notes = DESTINATIONS.map((id) => [id, readSink(folder.file(`${id}.notes`))] as const);
  const deliveries = new Map<string, readonly Delivery[]>(notes.map(([id, sink]) => [id, sink.deliveries]));
  broken.push(...brokenPromises(oracle, { deliveries, deadLetters, ordered: ['ordered', 'moody'] }));
  const all = [...deliveries.values()].flat();
  const first = new Set(all.map(({ idempotencyKey }) => idempotencyKey));
  return {
    broken,
    issued: oracle.all.length,
    accepted: oracle.accepted,
    delivered: first.size,
    repeats: all.length - first.size,
    deadLetters: countBy(deadLetters.map(({ failure }) => failure.code)),
  };
}

/** @param round - another one gives another configuration */
function destinations(folder: WorkFolder, round: number): readonly SinkDestination[] {
  const mapping = 'event@payload';
  const shape = { concurrency: 1 + (round % 4), batch: { maxItems: 20 + (round % 3) * 40, lingerMs: round % 6 } };
  const delivery = { ...persistent, ...shape };
  const file = (id: string): string => folder.file(`${id}.notes`);
  return [
    {
      id: 'ordered',
      package: 'batch-sink',
      mapping,
      init: { file: file('ordered'), delayMs: 2 },
      delivery: { ...delivery, ordering: 'key' },
    },
    {
      id: 'copies',
      package: 'single-sink',
      mapping,
      eventType: 'copied',
      init: { file: file('copies') },
      delivery,
    },
    {
      id: 'moody',
      package: 'batch-sink',
      mapping,
      init: { file: file('moody'), refuses: true, transientRate: 80 },
      delivery: { ...delivery, ordering: 'key' },
    },
  ];
}

function countBy(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { HostChild } from '../host-child';
import type { SeededRandom } from '../seeded-random';
import type { Oracle } from './oracle';

/** At which moment of its life a host is killed. */
export type Moment = 'start' | 'load' | 'batch' | 'drain' | 'reload' | 'close';

/** How often each, in relation to the others. */
export const MOMENTS: readonly (readonly [Moment, number])[] = [
  ['load', 8],
  ['start', 3],
  ['batch', 4],
  ['drain', 3],
  ['reload', 2],
  ['close', 1],
];

/** No more is handed in during one life: a host on a slow machine would be flooded. */
const MOST_ENVELOPES = 300;

export interface CycleOptions {
  readonly moment: Moment;
  readonly oracle: Oracle;
  readonly random: SeededRandom;
  /** Writes the configuration, another one each time; returns its file. */
  readonly configure: () => string;
  /** How long hosts took to start so far, in milliseconds. */
  readonly usualStartMs: number;
}

export interface CycleReport {
  /** False where it had ended by itself before. */
  readonly killed: boolean;
  /** Absent where it was killed before it had started. */
  readonly startMs?: number;
}

/** One life of a host: started, put under load, killed at a random moment. */
export async function crashCycle(options: CycleOptions): Promise<CycleReport> {
  const { moment, oracle, random, configure, usualStartMs } = options;
  const startedAt = performance.now();
  const environment: Record<string, string> =
    moment === 'batch' ? { DEST_SINK_CRASH_AFTER: String(random.between(1, 200)) } : {};
  const child = new HostChild({ config: configure(), environment, onAnswer: (answer) => oracle.note(answer) });
  const over = child.exited.then(() => 'over' as const);
  if (moment === 'start') await Promise.race([sleep(random.next() * usualStartMs), over]);
  else await child.ready;
  const startMs = moment === 'start' ? {} : { startMs: performance.now() - startedAt };

  child.send(oracle.issueAgain());
  const load = new Load(child, options);
  if (moment === 'load' || moment === 'batch') await load.run(random.between(1, MOST_ENVELOPES));
  if (moment === 'batch') await Promise.race([child.call('drain').catch(() => undefined), over]);
  if (moment === 'drain' || moment === 'reload' || moment === 'close') {
    await load.run(random.between(1, 100));
    if (moment === 'reload') configure();
    child.call(moment).catch(() => undefined);
    if (moment === 'reload') void load.run(50);
    await Promise.race([sleep(random.between(0, 120)), over]);
  }
  const { signal } = await child.kill();
  load.stop();
  return { killed: signal === 'SIGKILL', ...startMs };
}

/** Hands envelopes in, in bursts. */
class Load {
  readonly #child: HostChild;
  readonly #options: CycleOptions;
  #stopped = false;

  constructor(child: HostChild, options: CycleOptions) {
    this.#child = child;
    this.#options = options;
    void child.exited.then(() => this.stop());
  }

  stop(): void {
    this.#stopped = true;
  }

  async run(count: number): Promise<void> {
    const { oracle, random } = this.#options;
    for (let left = count; left > 0 && !this.#stopped;) {
      const burst = Math.min(left, random.chance(0.3) ? 1 : random.between(1, 60));
      left -= burst;
      this.#child.send(oracle.issue(burst));
      await sleep(random.chance(0.5) ? 0 : random.between(0, 15));
    }
  }
}

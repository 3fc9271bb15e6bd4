// A closed loop: callers put in what is taken out at the same time, and hold back while too much is in between.
import { performance } from 'node:perf_hooks';
import { cpuUsage } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long it runs before anything counts, and how long it counts. */
export const WARM_UP_MS = 2_000;
export const MEASURE_MS = Number(process.env.DEST_BENCH_MEASURE_MS ?? 4_000);

export class Flow {
  /** How many were put in, and of those accepted for good. */
  started = 0;
  accepted = 0;
  delivered = 0;
  mostUnderWay = 0;
  #limit;
  #perInput;
  #running = true;
  #waiting = [];

  /**
   * @param limit - callers hold back while this many deliveries or more are under way
   * @param perInput - how many deliveries are made of each that is put in
   */
  constructor({ limit, perInput = 1 }) {
    this.#limit = limit;
    this.#perInput = perInput;
  }

  get underWay() {
    return this.started * this.#perInput - this.delivered;
  }

  /** Says that some arrived. */
  arrived(count) {
    this.delivered += count;
    while (this.#waiting.length > 0 && this.underWay < this.#limit) {
      this.#waiting.pop()();
    }
  }

  /**
   * Puts in, by so many callers, each in a loop, `size` at once.
   *
   * @param {(first: number, size: number) => Promise<unknown>} put - resolves when they are accepted
   */
  async run(callers, size, put) {
    const call = async () => {
      while (this.#running) {
        if (this.underWay >= this.#limit) {
          await this.room();
          continue;
        }
        const first = this.started;
        this.started += size;
        this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
        await put(first, size);
        this.accepted += size;
      }
    };
    await Promise.all(Array.from({ length: callers }, call));
  }

  /** Resolves when less are under way than may be, or it was stopped. */
  async room() {
    while (this.#running && this.underWay >= this.#limit) await new Promise((resolve) => this.#waiting.push(resolve));
  }

  stop() {
    this.#running = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/**
 * Lets a flow run, warms it up, counts.
 *
 * @param {Promise<unknown>} running - what rejects when a caller fails
 * @returns per second: what was accepted and what was delivered; and the processor time of this process, all its threads, in
 *   microseconds for each
 */
export async function measureFlow(flow, running) {
  const failed = running.then(() => new Promise(() => undefined));
  await Promise.race([sleep(WARM_UP_MS), failed]);
  const before = { at: performance.now(), cpu: cpuUsage(), accepted: flow.accepted, delivered: flow.delivered };
  await Promise.race([sleep(MEASURE_MS), failed]);
  const seconds = (performance.now() - before.at) / 1_000;
  const { user, system } = cpuUsage(before.cpu);
  const [accepted, delivered] = [flow.accepted - before.accepted, flow.delivered - before.delivered];
  return {
    seconds,
    acceptedPerSecond: accepted / seconds,
    deliveredPerSecond: delivered / seconds,
    cpuMicroseconds: (user + system) / Math.max(accepted, delivered),
  };
}

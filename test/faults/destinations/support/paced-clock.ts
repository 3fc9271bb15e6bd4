import type { Host } from '@dest/host';
import { VirtualClock } from '@dest/testkit';

/** A virtual clock that waits, after each moment at which something is due, until what that began has come to rest. */
export class PacedClock extends VirtualClock {
  readonly #dueAt = new Set<{ readonly at: number }>();
  readonly #rest: () => Promise<void>;

  /** @param rest - resolves when nothing goes on any more. Default: a few turns of the event loop, for what does no I/O */
  constructor(rest: () => Promise<void> = turns) {
    super();
    this.#rest = rest;
  }

  override schedule(delayMs: number, callback: () => void): () => void {
    const due = { at: this.monotonic() + Math.max(0, delayMs) };
    this.#dueAt.add(due);
    const cancel = super.schedule(delayMs, () => {
      this.#dueAt.delete(due);
      callback();
    });
    return () => {
      this.#dueAt.delete(due);
      cancel();
    };
  }

  /** Lets time pass, in milliseconds. */
  async pass(ms: number): Promise<void> {
    const until = this.monotonic() + ms;
    await this.#rest();
    for (let next = this.#next(); next <= until; next = this.#next()) {
      this.advance(next - this.monotonic());
      await this.#rest();
    }
    this.advance(until - this.monotonic());
  }

  #next(): number {
    let next = Infinity;
    for (const { at } of this.#dueAt) next = Math.min(next, at);
    return next;
  }
}

/** Lets everything happen that waits for nothing but its turn. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits for something that happens by itself; the test's timeout is the only limit. */
export async function until(happened: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await happened())) await new Promise((resolve) => setTimeout(resolve, 2));
}

/**
 * A clock for a host whose destinations do real I/O: it waits until no call is under way any more.
 *
 * @param hostOf - the host, once there is one
 */
export function clockOf(hostOf: () => Host | undefined): PacedClock {
  return new PacedClock(async () => {
    await turns();
    while (await isBusy(hostOf())) await new Promise((resolve) => setImmediate(resolve));
    await turns();
  });
}

async function isBusy(host: Host | undefined): Promise<boolean> {
  return host !== undefined && (await host.lanes()).some(({ inFlight }) => inFlight > 0);
}

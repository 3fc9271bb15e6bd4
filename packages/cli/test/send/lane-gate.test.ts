import type { Clock } from '@dest/core';
import type { LaneState, LaneStatus } from '@dest/host';
import { DeliveryTally } from '../../src/send/delivery-tally';
import { HIGH_WATER, LaneGate } from '../../src/send/lane-gate';

/** A clock that stands still until it is told to move. */
class StandingClock implements Clock {
  time = 1_000;
  readonly #pending = new Set<{ at: number; callback: () => void }>();

  now(): number {
    return this.time;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const entry = { at: this.time + delayMs, callback };
    this.#pending.add(entry);
    return () => this.#pending.delete(entry);
  }

  async advance(milliseconds: number): Promise<void> {
    this.time += milliseconds;
    for (const entry of this.#pending) {
      if (entry.at > this.time) continue;
      this.#pending.delete(entry);
      entry.callback();
    }
    await settle();
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

describe('LaneGate', () => {
  let clock: StandingClock;
  let tally: DeliveryTally;
  let state: LaneState;
  let asked: number;
  let orphans: readonly LaneStatus[];
  let gate: LaneGate;

  beforeEach(() => {
    clock = new StandingClock();
    tally = new DeliveryTally();
    state = 'ready';
    asked = 0;
    orphans = [];
    const lanes = (): Promise<readonly LaneStatus[]> => {
      asked++;
      const waiting = tally.of('slow').open;
      const lane = { destination: 'slow', package: 'double', debug: false, generation: 1 };
      const status: LaneStatus = {
        destination: 'slow',
        lane,
        state,
        breaker: 'closed',
        waiting,
        inFlight: 0,
        bytes: 0,
      };
      return Promise.resolve([status, ...orphans]);
    };
    gate = new LaneGate({ lanes, tally, clock });
  });

  const pass = (): { passed: boolean } => {
    const result = { passed: false };
    void gate.pass().then(() => (result.passed = true));
    return result;
  };
  const deliver = async (amount: number): Promise<void> => {
    tally.of('slow').delivered += amount;
    gate.settled();
    await settle();
  };

  it('lets everything through without asking while little is open', async () => {
    tally.of('slow').matched = HIGH_WATER;
    const result = pass();
    await settle();
    expect({ ...result, asked }).toEqual({ passed: true, asked: 0 });
  });

  it('holds back above the high water mark, until half of it', async () => {
    tally.of('slow').matched = HIGH_WATER + 1;
    const result = pass();
    await settle();
    expect(result.passed).toBe(false);
    await deliver(HIGH_WATER / 2);
    expect(result.passed).toBe(false);
    await deliver(1);
    expect(result.passed).toBe(true);
  });

  it.each(['paused', 'unavailable'] as const)('never waits for a lane that is %s', async (other) => {
    tally.of('slow').matched = HIGH_WATER * 2;
    state = other;
    const first = pass();
    await settle();
    expect(first.passed).toBe(true);
    for (let line = 0; line < 100; line++) await gate.pass();
    expect(asked).toBe(1);
  });

  it('takes an orphaned lane of the same name for no reason to go on', async () => {
    const lane = { destination: 'slow', package: 'double', debug: true, generation: 1 };
    const rest = { breaker: 'closed', waiting: 9, inFlight: 0, bytes: 0 } as const;
    orphans = [{ destination: 'slow', lane, state: 'orphaned', ...rest }];
    tally.of('slow').matched = HIGH_WATER + 1;
    const result = pass();
    await settle();
    await deliver(1);
    expect(result.passed).toBe(false);
  });

  it('goes on when a lane it waits for is paused', async () => {
    tally.of('slow').matched = HIGH_WATER * 2;
    const result = pass();
    await settle();
    state = 'paused';
    await clock.advance(300);
    expect(result.passed).toBe(true);
  });

  it('goes on when nothing was settled for long, and waits again once something is', async () => {
    state = 'backing-off';
    tally.of('slow').matched = HIGH_WATER * 3;
    const result = pass();
    await settle();
    for (let step = 0; step < 19; step++) await clock.advance(250);
    expect(result.passed).toBe(false);
    for (let step = 0; step < 2; step++) await clock.advance(250);
    expect(result.passed).toBe(true);
    await deliver(1);
    await clock.advance(250);
    const again = pass();
    await settle();
    expect(again.passed).toBe(false);
  });

  it('opens for good when told to', async () => {
    tally.of('slow').matched = HIGH_WATER * 2;
    const result = pass();
    await settle();
    gate.open();
    await settle();
    expect(result.passed).toBe(true);
    const next = pass();
    await settle();
    expect(next.passed).toBe(true);
  });
});

import type { VirtualClock } from '@dest/testkit';

/** Lets time pass in steps, and what each step sets off happen before the next. */
export async function passTime(clock: VirtualClock, ms: number, stepMs = Math.max(1, ms / 100)): Promise<void> {
  await quietTurn();
  for (let passed = 0; passed < ms; passed += stepMs) {
    clock.advance(Math.min(stepMs, ms - passed));
    await quietTurn();
  }
}

/** What is set off by promises has happened: they need no more than a few turns of the event loop. */
async function quietTurn(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

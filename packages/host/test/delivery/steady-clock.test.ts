import type { Clock } from '@dest/core';
import * as fc from 'fast-check';
import { SteadyClock } from '../../src/delivery/steady-clock';

const DAY = 86_400_000;
const start = 1_700_000_000_000;

/** A clock whose wall time can be set. */
class SettableClock implements Clock {
  wall = start;
  elapsed = 12_345.678;

  now(): number {
    return this.wall;
  }

  monotonic(): number {
    return this.elapsed;
  }

  pass(milliseconds: number): void {
    this.wall += milliseconds;
    this.elapsed += milliseconds;
  }

  schedule(): () => void {
    return () => undefined;
  }
}

/** A clock that only tells wall time. */
function wallOnly(clock: SettableClock): Clock {
  return { now: () => clock.wall, schedule: () => () => undefined };
}

/** Time passes, or the wall clock is set. */
const changes = fc.array(
  fc.oneof(
    fc.record({ pass: fc.integer({ min: 0, max: 100_000 }) }),
    fc.record({ set: fc.integer({ min: -2 * DAY, max: 2 * DAY }) }),
  ),
  { maxLength: 30 },
);

describe('SteadyClock', () => {
  it('begins at the wall time, and counts what passes, however the wall clock is set', () => {
    fc.assert(
      fc.property(changes, (all) => {
        const clock = new SettableClock();
        const steady = new SteadyClock(clock);
        expect(steady.now()).toBe(start);
        let passed = 0;
        for (const change of all) {
          if ('set' in change) clock.wall += change.set;
          else {
            clock.pass(change.pass);
            passed += change.pass;
          }
          // A fraction may be cut off.
          expect(steady.now() - start - passed).toBeGreaterThanOrEqual(-1);
          expect(steady.now() - start - passed).toBeLessThanOrEqual(0);
        }
      }),
    );
  });

  it('has whole milliseconds', () => {
    const clock = new SettableClock();
    const steady = new SteadyClock(clock);
    clock.pass(0.75);
    expect(steady.now()).toBe(start);
    clock.pass(0.75);
    expect(steady.now()).toBe(start + 1);
  });

  it('stands still where a clock without monotonic time goes back, and goes on with it', () => {
    fc.assert(
      fc.property(changes, (all) => {
        const clock = new SettableClock();
        const steady = new SteadyClock(wallOnly(clock));
        let forward = 0;
        for (const change of all) {
          const milliseconds = 'set' in change ? change.set : change.pass;
          clock.wall += milliseconds;
          forward += Math.max(0, milliseconds);
          expect(steady.now()).toBe(start + forward);
        }
      }),
    );
  });

  it('follows a clock that only goes forward exactly', () => {
    const clock = new SettableClock();
    const steady = new SteadyClock(wallOnly(clock));
    clock.wall += 5_000;
    expect(steady.now()).toBe(clock.wall);
  });

  it('waits for what remains, never longer than the whole wait, and never less than nothing', () => {
    const wait = fc.integer({ min: 0, max: 3 * DAY });
    fc.assert(
      fc.property(changes, wait, changes, (before, waitMs, after) => {
        const clock = new SettableClock();
        const steady = new SteadyClock(clock);
        apply(clock, before);
        const scheduledAt = clock.wall;
        apply(clock, after);
        const remaining = steady.toSteady(scheduledAt + waitMs, scheduledAt) - steady.now();
        expect(remaining).toBeGreaterThanOrEqual(0);
        expect(remaining).toBeLessThanOrEqual(waitMs);
        const byTheWall = scheduledAt + waitMs - clock.wall;
        if (byTheWall >= 0 && byTheWall <= waitMs) expect(remaining).toBe(byTheWall);
      }),
    );
  });

  it('isn’t stuck by a wall clock that was set a day back, nor by one that was set forth', () => {
    const clock = new SettableClock();
    const steady = new SteadyClock(clock);
    const [dueAt, scheduledAt] = [start + 60_000, start];
    clock.wall -= DAY;
    expect(steady.toSteady(dueAt, scheduledAt)).toBe(start + 60_000);
    clock.wall += 2 * DAY;
    expect(steady.toSteady(dueAt, scheduledAt)).toBe(start);
  });

  it('takes what has no time, or times that make no sense, for due now', () => {
    const steady = new SteadyClock(new SettableClock());
    expect(steady.toSteady(0, 0)).toBe(start);
    expect(steady.toSteady(start + 1_000, start + 5_000)).toBe(start);
  });

  it('stores a time and gets it back as long as the wall clock isn’t set', () => {
    const times = fc.record({ wait: fc.nat(DAY), passed: fc.nat(DAY) });
    fc.assert(
      fc.property(changes, times, (before, { wait, passed }) => {
        const clock = new SettableClock();
        const steady = new SteadyClock(clock);
        apply(clock, before);
        const scheduledAt = clock.wall;
        const dueAt = steady.now() + wait;
        const stored = steady.toWall(dueAt);
        expect(stored).toBe(scheduledAt + wait);
        clock.pass(passed);
        expect(Math.abs(steady.toSteady(stored, scheduledAt) - Math.max(dueAt, steady.now()))).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('knows since when something has waited, however the wall clock was set since', () => {
    const clock = new SettableClock();
    const steady = new SteadyClock(clock);
    clock.pass(10_000);
    for (const set of [0, -DAY, 2 * DAY]) {
      clock.wall += set;
      expect(steady.sinceWall(start + 4_000)).toBe(start + 4_000);
    }
    const after = clock.wall;
    clock.pass(5_000);
    expect(steady.now() - steady.sinceWall(after)).toBe(5_000);
  });

  it('knows the age of what waited before the process began', () => {
    const clock = new SettableClock();
    const steady = new SteadyClock(clock);
    clock.pass(1_000);
    expect(steady.now() - steady.sinceWall(start - DAY)).toBe(DAY + 1_000);
  });

  it('takes what began in the future for new', () => {
    const clock = new SettableClock();
    const steady = new SteadyClock(clock);
    clock.pass(10_000);
    expect(steady.sinceWall(clock.wall + DAY)).toBe(steady.now());
  });

  it('passes on what is scheduled', () => {
    const scheduled: number[] = [];
    let cancelled = 0;
    const steady = new SteadyClock({
      now: () => start,
      schedule: (delayMs, callback) => {
        scheduled.push(delayMs);
        callback();
        return () => void cancelled++;
      },
    });
    let called = 0;
    steady.schedule(250, () => void called++)();
    expect([scheduled, called, cancelled]).toEqual([[250], 1, 1]);
  });
});

function apply(clock: SettableClock, all: readonly ({ readonly pass: number } | { readonly set: number })[]): void {
  for (const change of all) {
    if ('set' in change) clock.wall += change.set;
    else clock.pass(change.pass);
  }
}

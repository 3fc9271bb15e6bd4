import type { Clock } from '@dest/core';
import { BurstLimit } from '../../src/run-host/burst-limit';

describe('BurstLimit', () => {
  it('tells the first of a minute, and how many more there were', () => {
    let now = 0;
    const clock: Clock = { now: () => now, schedule: () => () => undefined };
    const told: (string | number)[] = [];
    const limit = new BurstLimit(clock, (amount) => told.push(amount));
    const many = (amount: number, text: string): void => {
      for (let index = 0; index < amount; index++) limit.tell(() => told.push(text));
    };
    many(50, 'a');
    expect(told).toEqual(Array(20).fill('a'));
    now = 60_000;
    many(1, 'b');
    expect(told.slice(20)).toEqual([30, 'b']);
    // A clock that was set back a day silences nobody for a day.
    now = -86_400_000;
    many(1, 'c');
    limit.flush();
    expect(told.slice(22)).toEqual(['c']);
  });
});

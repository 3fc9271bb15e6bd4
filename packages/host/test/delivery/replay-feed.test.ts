import type { Settlement, StoredDelivery } from '@dest/core';
import { VirtualClock } from '@dest/testkit';
import { ReplayFeed } from '../../src/delivery/replay-feed';
import { SteadyClock } from '../../src/delivery/steady-clock';
import { SlowOutbox } from '../support/slow-outbox';

const lane = { destination: 'd', package: '@dest/example', debug: false, generation: 1 };

function trialOf(): {
  feed: ReplayFeed;
  slow: SlowOutbox;
  clock: VirtualClock;
  fill(meanwhile: () => void): Promise<void>;
} {
  const clock = new VirtualClock();
  const slow = new SlowOutbox();
  const feed = new ReplayFeed({ lane, outbox: slow.outbox, clock: new SteadyClock(clock), capacity: 10 });
  return {
    feed,
    slow,
    clock,
    fill: async (meanwhile) => {
      const filled = feed.fill();
      meanwhile();
      slow.answer();
      await filled;
    },
  };
}

const take = (feed: ReplayFeed): readonly StoredDelivery[] => feed.take(10, 1_000_000);

test('a replay that the outbox noted while it was asked for replays is not handed out again', async () => {
  const { feed, slow, clock, fill } = trialOf();
  slow.add({ sequence: 1, replay: true });
  feed.expect();
  await fill(() => undefined);
  const batch = take(feed);
  expect(batch).toHaveLength(1);
  const settlements = batch.map((delivery): Settlement => {
    return { delivery, outcome: { status: 'delivered' }, settledAt: clock.now() };
  });
  feed.expect();
  await fill(() => {
    slow.note(settlements);
    feed.noted(settlements);
  });
  expect(take(feed)).toEqual([]);
});

test('one that is to be tried again, and was noted meanwhile, is not forgotten', async () => {
  const { feed, slow, clock, fill } = trialOf();
  slow.add({ sequence: 1, replay: true });
  feed.expect();
  await fill(() => undefined);
  const outcome = { status: 'retry', dueAt: clock.now() + 60_000, attempts: 1, failure: {} as never } as const;
  const settlements = take(feed).map((delivery): Settlement => ({ delivery, outcome, settledAt: clock.now() }));
  feed.expect();
  await fill(() => {
    slow.note(settlements);
    feed.noted(settlements);
  });
  expect(feed.isEmpty).toBe(false);
  clock.advance(60_000);
  await fill(() => undefined);
  expect(take(feed).map(({ sequence }) => sequence)).toEqual([1]);
});

test.each(['drop', 'clear'] as const)(
  '%s: what the outbox dropped while it was asked is not handed out',
  async (how) => {
    const { feed, slow, fill } = trialOf();
    const { id } = slow.add({ sequence: 1, replay: true });
    feed.expect();
    await fill(() => (how === 'drop' ? feed.drop(new Set([id])) : feed.clear()));
    expect(take(feed)).toEqual([]);
  },
);

import { TransientError } from '@dest/core';
import type { Host } from '@dest/host';
import { recordingDestination } from '../../../packages/host/test/support/recording-destination';
import { order, startedHost } from '../../../packages/host/test/support/started-host';
import { Observed } from './support/observed';
import { clockOf, PacedClock } from './support/paced-clock';
import { receivedIds, startedWebhookHost, startReceiver } from './support/webhook-rig';

const DAY = 86_400_000;

interface Rig {
  readonly host: Host;
  readonly clock: PacedClock;
  readonly observer: Observed;
  /** Ids of the envelopes that were received, each as often as it came. */
  readonly received: () => readonly string[];
}

/** A receiver that answers what `refuse` names with that status and Retry-After, once each. */
async function start(refuse: readonly string[], status: number, retryAfter: string): Promise<Rig> {
  const refused = new Set<string>();
  const receiver = await startReceiver((request, response) => {
    const [id] = receivedIds([request]) as [string];
    if (!refuse.includes(id) || refused.has(id)) return void response.end();
    refused.add(id);
    response.writeHead(status, { 'retry-after': retryAfter }).end();
  });
  let started: Host | undefined = undefined;
  const clock = clockOf(() => started);
  const observer = new Observed();
  const host = await startedWebhookHost({
    url: receiver.origin,
    clock,
    observer,
    delivery: { concurrency: 1, batch: { maxItems: 1 }, retry: { initialDelayMs: 500, maxDelayMs: 2_000 } },
  });
  started = host;
  return { host, clock, observer, received: () => receivedIds(receiver.received) };
}

/** The HTTP date of so many milliseconds after the clock's beginning. */
const date = (ms: number): string => new Date(Date.UTC(2030, 0, 1) + ms).toUTCString();

describe('fault 10: Retry-After in seconds, as a date, garbage, 10⁹', () => {
  // The backoff without it is exactly 500 ms: there is no chance in these tests.
  test.each([
    ['in seconds is honoured', '7', 7_000],
    ['as a date is honoured', date(9_000), 9_000],
    ['as a date that is past is honoured: the backoff is all there is', date(-9_000), 500],
    ['that is garbage is ignored', 'soon', 500],
    ['that is negative is ignored', '-5', 500],
    ['of 10⁹ is capped at a day', '1000000000', DAY],
    ['that is longer than any number is capped at a day', '9'.repeat(400), DAY],
  ])('%s', async (_name, retryAfter, waitsMs) => {
    const { host, clock, observer, received } = await start(['order-1'], 429, retryAfter);
    await host.dispatch(order(1));
    await host.dispatch(order(2));
    await clock.pass(waitsMs - 1);
    // Who is asked to slow down leaves the receiver alone with everything.
    expect(received()).toEqual(['order-1']);
    expect((await host.lanes())[0]).toMatchObject({ state: 'backing-off', waiting: 2 });
    await clock.pass(1);
    // A probe of one; whichever it is, both arrive now.
    await clock.pass(1);
    expect(received().toSorted()).toEqual(['order-1', 'order-1', 'order-2']);
    expect(observer.envelopes('failed')).toEqual([]);
    expect((await host.lanes())[0]).toMatchObject({ waiting: 0 });
  });

  test('for one item holds back that item alone', async () => {
    const { host, clock, received } = await start(['order-1'], 425, '60');
    await host.dispatch(order(1));
    await host.dispatch(order(2));
    await clock.pass(59_999);
    expect(received()).toEqual(['order-1', 'order-2']);
    await clock.pass(1);
    expect(received()).toEqual(['order-1', 'order-2', 'order-1']);
  });

  test('is neither longer nor shorter when the wall clock is set back meanwhile', async () => {
    const { host, clock, received } = await start(['order-1'], 425, '60');
    await host.dispatch(order(1));
    await clock.pass(30_000);
    clock.set(clock.now() - DAY);
    await clock.pass(29_999);
    expect(received()).toEqual(['order-1']);
    await clock.pass(1);
    expect(received()).toEqual(['order-1', 'order-1']);
  });

  test.each(['item', 'destination'] as const)(
    'that a plugin makes up (10¹² ms, of the %s) is capped at a day by the host',
    async (scope) => {
      const clock = new PacedClock();
      const target = recordingDestination('target', {
        dispatch: (_call, count) => {
          if (count === 1) throw new TransientError('much later', { retryAfterMs: 1e12, scope });
        },
      });
      const host = await startedHost(
        { destinations: [{ id: 'd', package: 'target', mapping: 'event@n', delivery: { retry: { maxAge: '90d' } } }] },
        { register: [target.class], clock },
      );
      await host.dispatch(order(1));
      await clock.pass(DAY - 1);
      expect(target.calls).toHaveLength(1);
      expect((await host.lanes())[0]).toMatchObject({ waiting: 1 });
      await clock.pass(1);
      expect(target.delivered).toEqual([1]);
      expect((await host.lanes())[0]).toMatchObject({ waiting: 0 });
    },
  );
});

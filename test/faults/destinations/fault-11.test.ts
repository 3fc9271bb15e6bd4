import { TransientError } from '@dest/core';
import type { Host } from '@dest/host';
import { recordingDestination } from '../../../packages/host/test/support/recording-destination';
import { order, startedHost } from '../../../packages/host/test/support/started-host';
import { Observed } from './support/observed';
import { clockOf, PacedClock } from './support/paced-clock';
import { receivedIds, startedWebhookHost, startReceiver } from './support/webhook-rig';

const MINUTE = 60_000;

describe('fault 11: an hour of 500s', () => {
  test('costs a probe now and then, no attempt and no dead letter; what came meanwhile drains when it is over', async () => {
    let down = true;
    const receiver = await startReceiver((_request, response) => void response.writeHead(down ? 500 : 200).end());
    let started: Host | undefined = undefined;
    const clock = clockOf(() => started);
    const observer = new Observed();
    const host = await startedWebhookHost({
      url: receiver.origin,
      clock,
      observer,
      // A single attempt: if the hour cost one, it would show.
      delivery: { retry: { maxAttempts: 1 } },
    });
    started = host;
    for (let n = 0; n < 240; n++) {
      await host.dispatch(order(n));
      await clock.pass(15_000);
    }
    // Backoff goes up to a minute: an hour has room for about 60 probes, and some while it grew.
    expect(receiver.received.length).toBeGreaterThan(50);
    expect(receiver.received.length).toBeLessThan(90);
    expect((await host.lanes())[0]).toMatchObject({
      waiting: 240,
      state: 'backing-off',
      breaker: 'open',
      reason: { code: 'WEBHOOK_UNAVAILABLE' },
    });

    down = false;
    receiver.received.length = 0;
    await clock.pass(2 * MINUTE);
    expect(observer.envelopes('failed')).toEqual([]);
    expect(observer.envelopes('delivered')).toHaveLength(240);
    // Each once: nothing of what failed had arrived.
    expect(new Set(receivedIds(receiver.received)).size).toBe(240);
    expect(receiver.received).toHaveLength(240);
    expect((await host.lanes())[0]).toMatchObject({ waiting: 0, state: 'ready', breaker: 'closed' });
  });

  test('where each item fails by itself: only those before the breaker opened have used up an attempt', async () => {
    const clock = new PacedClock();
    const observer = new Observed();
    let down = true;
    const target = recordingDestination('target', {
      dispatch: () => {
        if (down) throw new TransientError('500');
      },
    });
    const host = await startedHost(
      {
        destinations: [
          { id: 'd', package: 'target', mapping: 'event@n', delivery: { concurrency: 1, retry: { maxAttempts: 2 } } },
        ],
      },
      { register: [target.class], clock, observer },
    );
    for (let n = 0; n < 30; n++) await host.dispatch(order(n));
    await clock.pass(60 * MINUTE);
    const used = new Map<string, number>();
    for (const { envelope, outcome } of observer.settlements) {
      if (outcome.status === 'retry') used.set(envelope, outcome.attempts);
    }
    const attempts = [...used.values()];
    // The fifth in a row opens it, by default.
    expect(attempts.filter((count) => count > 0)).toEqual([1, 1, 1, 1]);
    expect(observer.envelopes('failed')).toEqual([]);
    expect(target.calls.length).toBeLessThan(90);

    down = false;
    await clock.pass(2 * MINUTE);
    expect(observer.envelopes('failed')).toEqual([]);
    expect(observer.envelopes('delivered')).toHaveLength(30);
  });

  test('the drain is ramped: one probe, then twice as many calls with each that works', async () => {
    const clock = new PacedClock();
    let down = true;
    const waves = new Map<number, number>();
    const target = recordingDestination('target', {
      dispatch: async () => {
        if (down) throw new TransientError('500', { scope: 'destination' });
        waves.set(clock.monotonic(), (waves.get(clock.monotonic()) ?? 0) + 1);
        await new Promise<void>((resolve) => void clock.schedule(100, resolve));
      },
    });
    const host = await startedHost(
      { destinations: [{ id: 'd', package: 'target', delivery: { concurrency: 8 } }] },
      { register: [target.class], clock },
    );
    for (let n = 0; n < 40; n++) await host.dispatch(order(n));
    await clock.pass(60 * MINUTE);
    down = false;
    await clock.pass(2 * MINUTE);
    const sizes = [...waves.values()];
    let worked = 0;
    for (const size of sizes) {
      expect(size).toBeLessThanOrEqual(Math.min(8, 2 ** worked));
      worked += size;
    }
    expect(sizes.slice(0, 2)).toEqual([1, 2]);
    expect(worked).toBe(40);
    expect((await host.lanes())[0]).toMatchObject({ waiting: 0, breaker: 'closed' });
  });
});

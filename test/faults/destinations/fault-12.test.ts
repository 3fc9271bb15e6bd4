import { ConfigurationError, PermanentError } from '@dest/core';
import { startHost, type Host } from '@dest/host';
import { WebhookDestination } from '@dest/webhook';
import { recordingDestination } from '../../../packages/host/test/support/recording-destination';
import { order, startedHost } from '../../../packages/host/test/support/started-host';
import { configFile } from './support/config-file';
import { keptOutboxes, outboxTypes } from './support/kept-outbox';
import { Observed } from './support/observed';
import { clockOf, PacedClock, until } from './support/paced-clock';
import { stopAfterwards } from './support/stop-afterwards';
import { receivedIds, startedWebhookHost, startReceiver } from './support/webhook-rig';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const mapping = 'event@n';

describe('fault 12: credentials refused, the fixed topic or table gone', () => {
  test('the lane is paused, keeps everything, is probed now and then, and goes on when they are accepted again', async () => {
    let accepted = false;
    const receiver = await startReceiver((_request, response) => void response.writeHead(accepted ? 200 : 401).end());
    let started: Host | undefined = undefined;
    const clock = clockOf(() => started);
    const observer = new Observed();
    const host = await startedWebhookHost({
      url: receiver.origin,
      credentials: { token: 'canary-token' },
      clock,
      observer,
      delivery: { retry: { maxAttempts: 1 } },
    });
    started = host;
    for (let n = 0; n < 60; n++) {
      expect((await host.dispatch(order(n))).deliveries).toHaveLength(1);
      await clock.pass(MINUTE);
    }
    expect((await host.lanes())[0]).toMatchObject({
      state: 'paused',
      waiting: 60,
      reason: { code: 'WEBHOOK_CREDENTIALS_REFUSED' },
    });
    // Up to five minutes apart, one request each.
    expect(receiver.received.length).toBeGreaterThan(8);
    expect(receiver.received.length).toBeLessThan(30);

    accepted = true;
    receiver.received.length = 0;
    await clock.pass(6 * MINUTE);
    expect((await host.lanes())[0]).toMatchObject({ state: 'ready', waiting: 0 });
    expect(observer.envelopes('failed')).toEqual([]);
    expect(new Set(receivedIds(receiver.received)).size).toBe(60);
  });

  test('other credentials in the configuration end the pause at once', async () => {
    const tokens: (string | undefined)[] = [];
    const receiver = await startReceiver(({ headers }, response) => {
      tokens.push(headers.authorization);
      response.writeHead(headers.authorization === 'Bearer right-token' ? 200 : 403).end();
    });
    const configuration = (token: string): object => ({
      network: { allow: ['127.0.0.1'] },
      resources: [{ id: 'r', credentials: { production: { url: receiver.origin, token } } }],
      destinations: [{ id: 'hook', package: '@dest/webhook', resource: { id: 'r' } }],
    });
    const config = configFile(configuration('wrong-token'));
    let started: Host | undefined = undefined;
    const clock = clockOf(() => started);
    const host = await startHost({ config: config.path, register: [WebhookDestination], clock, random: () => 1 });
    started = host;
    stopAfterwards(() => host.close());
    for (let n = 0; n < 10; n++) await host.dispatch(order(n));
    await clock.pass(10);
    expect((await host.lanes())[0]).toMatchObject({ state: 'paused', waiting: 10 });

    config.write(configuration('right-token'));
    tokens.length = 0;
    expect(await host.reload()).toMatchObject({ taken: true, changed: ['hook'] });
    await clock.pass(10);
    expect((await host.lanes())[0]).toMatchObject({ state: 'ready', waiting: 0 });
    expect(new Set(tokens)).toEqual(new Set(['Bearer right-token']));
    expect(tokens).toHaveLength(10);
  });

  test.each(outboxTypes.flatMap((type) => ['none', 'key', 'strict'].map((ordering) => [type, ordering] as const)))(
    'after a restart it is tried at once, since it may be mended (%s, ordering %s)',
    async (type, ordering) => {
      const kept = keptOutboxes[type]();
      let isMended = false;
      const target = recordingDestination('target', {
        dispatch: () => {
          if (!isMended) throw new ConfigurationError('no entry');
        },
      });
      const config = configFile({
        outbox: kept.configuration,
        destinations: [{ id: 'd', package: 'target', mapping: 'event@n', delivery: { ordering, concurrency: 1 } }],
      });
      const start = () => startHost({ config: config.path, register: [target.class], ...kept.options });
      const before = await start();
      for (let n = 0; n < 3; n++) await before.dispatch(order(n));
      await until(async () => (await before.lanes())[0]?.state === 'paused');
      await before.close();
      expect(target.calls).toHaveLength(1);
      isMended = true;
      const after = await start();
      stopAfterwards(() => after.close());
      await until(() => target.delivered.length === 3);
    },
  );

  test('a topic that goes in the middle of the stream takes nothing with it', async () => {
    const clock = new PacedClock();
    const observer = new Observed();
    let [gone, mended] = [false, false];
    const target = recordingDestination('target', {
      dispatch: ({ data: [n] }) => {
        if (n === 5 && !mended) gone = true;
        if (gone) throw new ConfigurationError('there is no topic orders', { code: 'TOPIC_GONE' });
      },
    });
    const other = recordingDestination('other');
    const host = await startedHost(
      {
        destinations: [
          { id: 'd', package: 'target', mapping, delivery: { ordering: 'strict', retry: { maxAttempts: 1 } } },
          { id: 'other', package: 'other', mapping },
        ],
      },
      { register: [target.class, other.class], clock, observer },
    );
    for (let n = 0; n < 10; n++) await host.dispatch(order(n));
    await clock.pass(HOUR);
    expect(target.delivered).toEqual([0, 1, 2, 3, 4]);
    expect(other.delivered).toHaveLength(10);
    expect((await host.lanes())[0]).toMatchObject({ state: 'paused', waiting: 5, reason: { code: 'TOPIC_GONE' } });
    [gone, mended] = [false, true];
    await clock.pass(5 * MINUTE);
    expect(target.delivered).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect((await host.lanes())[0]).toMatchObject({ state: 'ready', waiting: 0 });
    expect(observer.envelopes('failed')).toEqual([]);
  });

  test('a 404 for one item is that item’s: the rest goes on, and the lane with it', async () => {
    const observer = new Observed();
    const target = recordingDestination('target', {
      dispatch: ({ data: [n] }) => {
        if (n === 3) throw new PermanentError('there is no contact 3', { code: 'CONTACT_NOT_FOUND' });
      },
    });
    const host = await startedHost(
      { destinations: [{ id: 'd', package: 'target', mapping, delivery: { ordering: 'strict' } }] },
      { register: [target.class], observer },
    );
    for (let n = 0; n < 6; n++) await host.dispatch(order(n));
    await host.drain({ waitForRetries: true });
    expect(target.delivered).toEqual([0, 1, 2, 4, 5]);
    expect(target.calls).toHaveLength(6);
    expect((await host.lanes())[0]).toMatchObject({ state: 'ready', breaker: 'closed', waiting: 0 });
    expect(await host.listDeadLetters({}, { limit: 10 })).toMatchObject([
      { envelopeId: 'order-3', failure: { code: 'CONTACT_NOT_FOUND' }, tries: 1 },
    ]);
  });
});

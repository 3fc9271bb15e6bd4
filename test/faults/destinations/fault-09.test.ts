import { createServer as createSecureServer } from 'node:https';
import { createHttp, HTTP } from '@dest/core';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applicationFolder } from '../../../packages/core/test/support/application-folder';
import { selfSignedCertificate } from '../../../packages/destinations/webhook/test/support/self-signed-certificate';
import { startHost } from '@dest/host';
import { WebhookDestination } from '@dest/webhook';
import { order } from '../../../packages/host/test/support/started-host';
import { Observed } from './support/observed';
import { until } from './support/paced-clock';
import { TcpProxy, type ProxyMode } from './support/tcp-proxy';
import { stopAfterwards } from './support/stop-afterwards';
import { receivedIds, startedWebhookHost, startReceiver } from './support/webhook-rig';

const ITEMS = 20;
const ids = Array.from({ length: ITEMS }, (_, n) => `order-${n}`).toSorted();
const retry = { initialDelayMs: 1, maxDelayMs: 5 };

async function startProxy(port: number): Promise<TcpProxy> {
  const proxy = await TcpProxy.start(port);
  stopAfterwards(() => proxy.stop());
  return proxy;
}

describe('fault 9: reset mid-body, half-open connection, DNS and TLS failures', () => {
  test.each<[ProxyMode, string, boolean]>([
    ['reset', 'WEBHOOK_UNREACHABLE', false],
    ['reset-request', 'WEBHOOK_UNREACHABLE', false],
    ['reset-answer', 'WEBHOOK_UNREACHABLE', true],
    ['stall', 'WEBHOOK_TIMEOUT', false],
    ['stall-answer', 'WEBHOOK_TIMEOUT', true],
  ])(
    '%s is transient: nothing is lost or given up, and all is delivered when it is mended',
    async (mode, code, arrives) => {
      const receiver = await startReceiver();
      const proxy = await startProxy(receiver.port);
      const observer = new Observed();
      const host = await startedWebhookHost({
        url: proxy.origin,
        mapping: { n: 'event@n', rest: 'x'.repeat(2_000) },
        init: { timeoutMs: mode.startsWith('stall') ? 1_000 : 15_000 },
        // One attempt: what is the destination's fault must not use it up.
        delivery: { retry: { ...retry, maxAttempts: 1 } },
        observer,
      });
      proxy.mode = mode;
      for (let n = 0; n < ITEMS; n++) await host.dispatch(order(n));
      await until(() => proxy.harmed >= 3 && observer.envelopes('retry').length >= 3);
      expect(receiver.received.length > 0).toBe(arrives);
      expect(observer.envelopes('delivered')).toEqual([]);

      proxy.mode = 'pass';
      await host.drain({ waitForRetries: true });
      expect(observer.codes('retry')).toContain(code);
      expect(observer.envelopes('failed')).toEqual([]);
      expect(observer.envelopes('delivered').toSorted()).toEqual(ids);
      // What had arrived before comes again with the same key.
      expect([...new Set(receivedIds(receiver.received))].toSorted()).toEqual(ids);
      expect(await host.countDeadLetters({})).toBe(0);
    },
  );

  test('a name that can not be resolved now is transient, one that does not exist is a matter of configuration', async () => {
    const receiver = await startReceiver();
    let answer: string | undefined = 'EAI_AGAIN';
    const http = createHttp(
      { allow: ['*'] },
      {
        resolve: (_host, callback) => {
          if (answer === undefined) callback(null, [{ address: '127.0.0.1', family: 4 }]);
          else callback(Object.assign(new Error(`getaddrinfo ${answer}`), { code: answer }), []);
        },
      },
    );
    stopAfterwards(() => http.close());
    const observer = new Observed();
    const host = await startedWebhookHost({
      url: `http://hooks.example:${receiver.port}/`,
      delivery: { retry: { ...retry, maxAttempts: 1 } },
      observer,
      bindings: [[HTTP, http]],
    });
    for (let n = 0; n < ITEMS; n++) await host.dispatch(order(n));
    await until(() => observer.envelopes('retry').length >= 3);
    expect(observer.codes('retry')).toEqual(['WEBHOOK_UNREACHABLE']);
    expect((await host.lanes())[0]?.state).not.toBe('paused');

    answer = 'ENOTFOUND';
    await until(async () => (await host.lanes())[0]?.state === 'paused');
    expect((await host.lanes())[0]).toMatchObject({ waiting: ITEMS, reason: { code: 'WEBHOOK_HOST_UNKNOWN' } });

    answer = undefined;
    await host.resume('hook');
    await until(() => observer.envelopes('delivered').length === ITEMS);
    expect(observer.envelopes('failed')).toEqual([]);
    expect(receivedIds(receiver.received).toSorted()).toEqual(ids);
  });

  test('a certificate that nobody vouches for pauses the lane until the configuration is mended', async () => {
    const receiver = await startReceiver();
    const secure = await startReceiver(undefined, (listener) => createSecureServer(selfSignedCertificate(), listener));
    const folder = applicationFolder();
    const config = join(folder, 'dest.json');
    const write = (url: string): void =>
      writeFileSync(
        config,
        JSON.stringify({
          version: 1,
          outbox: { type: 'memory' },
          network: { allow: ['127.0.0.1', 'localhost'] },
          resources: [{ id: 'r', credentials: { production: { url } } }],
          destinations: [{ id: 'hook', package: '@dest/webhook', resource: { id: 'r' }, delivery: { retry } }],
        }),
      );
    write(`https://localhost:${secure.port}/`);
    const observer = new Observed();
    const host = await startHost({ config, register: [WebhookDestination], observer });
    stopAfterwards(() => host.close());
    for (let n = 0; n < ITEMS; n++) await host.dispatch(order(n));
    await until(async () => (await host.lanes())[0]?.state === 'paused');
    expect((await host.lanes())[0]).toMatchObject({ waiting: ITEMS, reason: { code: 'WEBHOOK_TLS' } });
    expect(secure.received).toEqual([]);

    write(receiver.origin);
    expect(await host.reload()).toMatchObject({ taken: true, changed: ['hook'] });
    await until(() => observer.envelopes('delivered').length === ITEMS);
    expect(observer.envelopes('failed')).toEqual([]);
    expect(receivedIds(receiver.received).toSorted()).toEqual(ids);
  });
});

import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { noopLogger, type Outbox } from '@dest/core';
import { describeOutbox, VirtualClock, type CreateOutboxOptions } from '@dest/testkit';
import { startOwnBroker, type OwnPulsarBroker } from '../../../../../test/support/pulsar-broker';
import { SharedOutbox } from '../../src/outbox/shared-outbox';
import { parseTopic } from '../../src/topic';
import { webSocketAccess } from '../../src/web-socket/web-socket-access';
import { WebSocketTransport } from '../../src/web-socket/web-socket-transport';
import { accessOf } from '../support/access-of';
import { openHttp } from '../support/open-http';

const DAY_MS = 86_400_000;

interface Place {
  readonly topic: string;
  readonly options: CreateOutboxOptions | undefined;
}

const clock = new VirtualClock();
const places = new Map<Outbox, Place>();
let broker: OwnPulsarBroker;

beforeAll(async () => {
  broker = await startOwnBroker('outbox');
});

afterAll(() => broker?.stop());

async function open(place: Place, maxHeld = 10_000): Promise<Outbox> {
  const host = broker.webSocketUrl;
  const outbox = await SharedOutbox.connect({
    transport: new WebSocketTransport({ host, access: webSocketAccess(accessOf(host), openHttp), logger: noopLogger }),
    topic: parseTopic(place.topic),
    maxHeld,
    dedupeWindowMs: place.options?.dedupeWindowMs ?? DAY_MS,
    clock,
    logger: noopLogger,
  });
  places.set(outbox, place);
  return outbox;
}

describeOutbox('the Pulsar outbox, on a broker', {
  clock,
  create: (options) => open({ topic: `outbox-${randomBytes(4).toString('hex')}`, options }),
  reopen: async (outbox) => {
    await outbox.close();
    return open(places.get(outbox)!);
  },
});

test('no more is held than maxHeld says; the others wait at the broker until there is room', async () => {
  const topic = `outbox-${randomBytes(4).toString('hex')}`;
  const outbox = await open({ topic, options: undefined }, 100);
  const lane = { destination: 'orders', package: '@acme/ledger', debug: false, generation: 1 };
  const limit = { maxBytes: 1_000_000_000, whenFull: 'reject' } as const;
  const waiting = () => outbox.read(lane, { after: 0, limit: 1_000, which: 'all' });
  try {
    await outbox.size(lane);
    const appended = Array.from({ length: 250 }, (_, n) =>
      outbox.append({ id: `e-${n}`, envelope: { event: { type: 'a', n } }, acceptedAt: clock.now() }, [
        { lane, limit, kind: 'event', key: `k-${n}` },
      ]),
    );
    while ((await waiting()).length < 100) await pause(50);
    await pause(1_000);
    expect((await waiting()).length).toBe(100);
    expect(await backlog(topic)).toBe(250);
    const settled = new Set<string>();
    while (settled.size < 250) {
      const held = await waiting();
      expect(held.length).toBeLessThanOrEqual(100);
      for (const { id } of held) settled.add(id);
      await outbox.settle(
        held.map((delivery) => ({ delivery, outcome: { status: 'delivered' } as const, settledAt: clock.now() })),
      );
      await pause(10);
    }
    await Promise.all(appended);
  } finally {
    await outbox.close();
  }
});

async function backlog(topic: string): Promise<number> {
  const answer = await fetch(`${broker.httpUrl}/admin/v2/persistent/public/default/${topic}/stats`);
  const { subscriptions } = (await answer.json()) as { subscriptions: Record<string, { msgBacklog: number }> };
  return subscriptions['destination-orders']?.msgBacklog ?? -1;
}

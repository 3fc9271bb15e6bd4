import { randomBytes } from 'node:crypto';
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

async function open(place: Place): Promise<Outbox> {
  const host = broker.webSocketUrl;
  const outbox = await SharedOutbox.connect({
    transport: new WebSocketTransport({ host, access: webSocketAccess(accessOf(host), openHttp), logger: noopLogger }),
    topic: parseTopic(place.topic),
    maxHeld: 10_000,
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

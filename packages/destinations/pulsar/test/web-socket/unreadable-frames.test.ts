import { messageOf } from '@dest/core';
import { recordingLogger } from '@dest/testkit';
import { parseTopic } from '../../src/topic';
import { WebSocketTransport } from '../../src/web-socket/web-socket-transport';
import { webSocketAccess } from '../../src/web-socket/web-socket-access';
import { accessOf } from '../support/access-of';
import { failure } from '../support/failure';
import { FakeBroker } from '../support/fake-broker';
import { FakeCluster } from '../support/fake-cluster';
import { openHttp } from '../support/open-http';
import { until } from '../support/until';

const PERSONAL = '{"email":"ada@example.com"}';

test('an answer that can not be read is told by its size alone: it may hold what a message held', async () => {
  const broker = await FakeBroker.start({ onFrame: (_frame, { socket }) => socket.send(PERSONAL) });
  const logger = recordingLogger();
  const transport = new WebSocketTransport({
    host: broker.host,
    access: webSocketAccess(accessOf(broker.host), openHttp),
    logger,
  });
  const producer = await transport.openProducer(parseTopic('orders'));
  const { message } = await failure(producer.send({ payload: 'x', properties: {} }, AbortSignal.timeout(500)));
  await producer.close();
  await broker.stop();
  expect(message).toContain(`${PERSONAL.length} bytes`);
  expect(JSON.stringify([message, logger.lines])).not.toContain('ada@');
});

test('so is something that comes to a consumer and is no message', async () => {
  const cluster = await FakeCluster.start();
  const transport = new WebSocketTransport({
    host: cluster.host,
    access: webSocketAccess(accessOf(cluster.host), openHttp),
    logger: recordingLogger(),
  });
  const troubles: string[] = [];
  const consumer = await transport.openConsumer(
    parseTopic('events'),
    { subscription: 'dest', type: 'Exclusive', initialPosition: 'latest', receiverQueueSize: 10 },
    {
      onMessage: () => undefined,
      onLost: () => undefined,
      onTrouble: (problem) => problem !== undefined && troubles.push(messageOf(problem)),
    },
  );
  cluster.say(PERSONAL);
  await until(() => troubles.length > 0);
  await consumer.close();
  await cluster.stop();
  expect(troubles[0]).toContain(`${PERSONAL.length} bytes`);
  expect(troubles[0]).not.toContain('ada@');
});

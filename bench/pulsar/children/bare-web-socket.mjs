// The same messages by `ws` and nothing else: a loop that keeps as many in flight. Nothing connects again, nothing has a
// deadline.
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { answer } from '../../support/child.mjs';
import { Flow, measureFlow } from '../../support/flow.mjs';
import { BATCH, IN_FLIGHT, MOST_PENDING } from '../limits.mjs';
import { makeMessages } from '../messages.mjs';
import { producerAddress } from '../web-socket-address.mjs';

const { WebSocket } = createRequire(new URL('../../../packages/destinations/pulsar/package.json', import.meta.url))(
  'ws',
);

const PARAMETERS = {
  batchingEnabled: true,
  batchingMaxMessages: BATCH.messages,
  batchingMaxPublishDelay: BATCH.delayMs,
  maxPendingMessages: MOST_PENDING,
};

await answer(async ({ webSocketUrl, topic }) => {
  const messages = makeMessages();
  const address = producerAddress(webSocketUrl, topic, PARAMETERS);
  const socket = new WebSocket(address, { perMessageDeflate: false, skipUTF8Validation: true });
  const upgraded = once(socket, 'upgrade');
  await once(socket, 'open');
  const [{ socket: connection }] = await upgraded;

  const flow = new Flow({ limit: Infinity });
  let stopped = false;
  let allConfirmed = () => undefined;
  const send = () => {
    // What is sent in one turn goes out in one write: a group of answers makes room for as many.
    if (connection.writableCorked === 0) {
      connection.cork();
      process.nextTick(() => connection.uncork());
    }
    const { text, key, idempotencyKey } = messages[flow.started % messages.length];
    const payload = Buffer.from(text).toString('base64');
    // By hand: JSON.stringify of the whole would look through the payload for what to escape.
    const properties = `{"idempotencyKey":${JSON.stringify(idempotencyKey)}}`;
    socket.send(
      `{"context":"${flow.started}","properties":${properties},"key":${JSON.stringify(key)},"payload":"${payload}"}`,
    );
    flow.started++;
  };
  const failed = new Promise((_, reject) => {
    socket.on('close', (code, reason) => reject(new Error(`closed: ${code} ${reason}`)));
    socket.on('message', (data) => {
      const { result, errorMsg } = JSON.parse(data);
      if (result !== 'ok') {
        reject(new Error(`${result} ${errorMsg}`));
        return;
      }
      flow.accepted++;
      flow.arrived(1);
      if (!stopped) send();
      else if (flow.underWay === 0) allConfirmed();
    });
  });
  for (let count = 0; count < IN_FLIGHT; count++) send();
  const { deliveredPerSecond, cpuMicroseconds } = await measureFlow(flow, failed);
  stopped = true;
  await Promise.race([new Promise((resolve) => (allConfirmed = resolve)), failed]);
  return { perSecond: deliveredPerSecond, cpuMicroseconds };
});

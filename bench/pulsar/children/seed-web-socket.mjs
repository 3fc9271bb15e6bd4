// The seed's way: each message opens a client and a producer of its own, sends, waits for the answer, and leaves them.
import { createRequire } from 'node:module';
import { answer } from '../../support/child.mjs';
import { Flow, measureFlow } from '../../support/flow.mjs';
import { makeMessages } from '../messages.mjs';
import { producerAddress } from '../web-socket-address.mjs';

const { WebSocket } = createRequire(new URL('../../../packages/destinations/pulsar/package.json', import.meta.url))(
  'ws',
);

await answer(async ({ webSocketUrl, topic }) => {
  const messages = makeMessages();
  const address = producerAddress(webSocketUrl, topic);
  const flow = new Flow({ limit: Infinity });
  const running = flow.run(1, 1, async (number) => {
    const { text } = messages[number % messages.length];
    const socket = new WebSocket(address, { perMessageDeflate: false });
    const answered = await new Promise((resolve, reject) => {
      socket.once('open', () => socket.send(JSON.stringify({ payload: Buffer.from(text).toString('base64') })));
      socket.once('message', resolve);
      socket.once('error', reject);
    });
    // Nobody waits until it is closed.
    socket.close();
    const { result, errorMsg } = JSON.parse(answered);
    if (result !== 'ok') throw new Error(`${result} ${errorMsg}`);
    flow.arrived(1);
  });
  const { deliveredPerSecond, cpuMicroseconds } = await measureFlow(flow, running);
  flow.stop();
  await running;
  return { perSecond: deliveredPerSecond, cpuMicroseconds };
});

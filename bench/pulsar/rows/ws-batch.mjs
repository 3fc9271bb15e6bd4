// @dest/pulsar by WebSocket against a loop over `ws`: the same messages, as many in flight, the same batching.
import { runChild } from '../../support/child.mjs';
import { measureSending } from '../sending.mjs';
import { newTopic } from '../topics.mjs';

const ours = new URL('../children/our-batches.mjs', import.meta.url);
const bare = new URL('../children/bare-web-socket.mjs', import.meta.url);

/** Messages per second of @dest/pulsar by WebSocket: what other rows are compared with. */
export function ourBatches({ webSocketUrl }) {
  return runChild(ours, { host: webSocketUrl, topic: newTopic('ours') });
}

export function bareWebSocket({ webSocketUrl }) {
  return runChild(bare, { webSocketUrl, topic: newTopic('bare') });
}

export async function measureWsBatch(report, broker) {
  await measureSending(report, {
    name: 'ws-batch',
    least: 0.9,
    cpu: { name: 'ws-cpu', least: 0.8 },
    ours: () => ourBatches(broker),
    peer: () => bareWebSocket(broker),
  });
}

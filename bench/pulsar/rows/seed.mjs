// Against a client per message, by WebSocket as ours.
import { runChild } from '../../support/child.mjs';
import { measureSending } from '../sending.mjs';
import { newTopic } from '../topics.mjs';
import { ourBatches } from './ws-batch.mjs';

const seed = new URL('../children/seed-web-socket.mjs', import.meta.url);

export async function measureSeed(report, broker) {
  const { webSocketUrl } = broker;
  await measureSending(report, {
    name: 'seed',
    least: 100,
    cpu: { name: 'seed-cpu' },
    ours: () => ourBatches(broker),
    peer: () => runChild(seed, { webSocketUrl, topic: newTopic('seed') }),
  });
}

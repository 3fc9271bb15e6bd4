// One host on a Pulsar outbox against one on SQLite: what it costs that others may share the work.
import { ourFlow } from '../../delivery/rows/sustained.mjs';
import { linkPackages } from '../linked-packages.mjs';
import { measureSending } from '../sending.mjs';
import { newTopic } from '../topics.mjs';

export async function measureOutbox(report, { webSocketUrl }) {
  await measureSending(report, {
    name: 'outbox',
    what: 'delivery',
    cpu: { name: 'outbox-cpu' },
    ours: () => ourFlow(1, { configuration: onPulsar(webSocketUrl), prepare: linkPackages }),
    peer: () => ourFlow(1),
  });
}

/** What a configuration needs for an outbox of its own at a broker. */
function onPulsar(host) {
  return {
    plugins: ['@dest/pulsar'],
    outbox: {
      type: 'plugin',
      package: '@dest/pulsar#outbox',
      resource: { id: 'pulsar' },
      init: { topic: newTopic('outbox') },
    },
    resources: [{ id: 'pulsar', credentials: { production: { host } } }],
  };
}

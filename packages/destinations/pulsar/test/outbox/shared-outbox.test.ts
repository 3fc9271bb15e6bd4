import { noopLogger, type Outbox } from '@dest/core';
import { describeOutbox, VirtualClock, type CreateOutboxOptions } from '@dest/testkit';
import { SharedOutbox } from '../../src/outbox/shared-outbox';
import { parseTopic } from '../../src/topic';
import { MemoryCluster } from '../support/memory-cluster';

const DAY_MS = 86_400_000;

const clock = new VirtualClock();
const places = new Map<
  Outbox,
  { readonly cluster: MemoryCluster; readonly options: CreateOutboxOptions | undefined }
>();

async function open(cluster: MemoryCluster, options: CreateOutboxOptions | undefined): Promise<Outbox> {
  const outbox = await SharedOutbox.connect({
    transport: cluster.connect(),
    topic: parseTopic('outbox'),
    maxHeld: 10_000,
    dedupeWindowMs: options?.dedupeWindowMs ?? DAY_MS,
    clock,
    logger: noopLogger,
  });
  places.set(outbox, { cluster, options });
  return outbox;
}

describeOutbox('the Pulsar outbox, on a cluster in memory', {
  clock,
  create: (options) => open(new MemoryCluster(), options),
  reopen: async (outbox) => {
    const { cluster, options } = places.get(outbox)!;
    await outbox.close();
    return open(cluster, options);
  },
});

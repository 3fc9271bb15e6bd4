import { describeOutbox, VirtualClock } from '@dest/testkit';
import { MemoryOutbox } from '../../src/outbox/memory-outbox';

const clock = new VirtualClock();

describeOutbox('MemoryOutbox', {
  clock,
  create: async ({ dedupeWindowMs } = { dedupeWindowMs: 86_400_000 }) => {
    const outbox = new MemoryOutbox({ clock, dedupeWindowMs });
    await outbox.open();
    return outbox;
  },
});

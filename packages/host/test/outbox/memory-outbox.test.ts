import type { Outbox } from '@dest/core';
import { describeOutbox, VirtualClock, type CreateOutboxOptions } from '@dest/testkit';
import { MemoryOutbox } from '../../src/outbox/memory-outbox';
import { keptOpen } from './support/kept-open';

const clock = new VirtualClock();
const DAY = { dedupeWindowMs: 86_400_000 };

async function create({ dedupeWindowMs }: CreateOutboxOptions = DAY): Promise<MemoryOutbox> {
  const outbox = new MemoryOutbox({ clock, dedupeWindowMs });
  await outbox.open();
  return outbox;
}

describeOutbox('MemoryOutbox', { clock, create });

// As if it outlived its process. So the cases of what is durable are held against something, too.
describeOutbox('MemoryOutbox that is never closed', {
  clock,
  create: async (options) => neverClosed(await create(options)),
  reopen: async (outbox) => {
    await outbox.close();
    return outbox;
  },
});

function neverClosed(outbox: Outbox): Outbox {
  const differing = keptOpen(outbox, clock);
  return new Proxy(outbox, {
    get: (target, name: keyof Outbox) => {
      const method: unknown = differing[name] ?? target[name];
      return typeof method === 'function' ? (method.bind(target) as unknown) : method;
    },
  });
}

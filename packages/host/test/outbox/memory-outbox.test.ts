import type { Outbox } from '@dest/core';
import { describeOutbox, VirtualClock, type CreateOutboxOptions } from '@dest/testkit';
import { MemoryOutbox } from '../../src/outbox/memory-outbox';

const clock = new VirtualClock();
const DAY = { dedupeWindowMs: 86_400_000 };

async function create({ dedupeWindowMs }: CreateOutboxOptions = DAY): Promise<MemoryOutbox> {
  const outbox = new MemoryOutbox({ clock, dedupeWindowMs });
  await outbox.open();
  return outbox;
}

describeOutbox('MemoryOutbox', { clock, create });

// As if it outlived its process: nobody closes it. So the cases of what is durable are held against something, too.
describeOutbox('MemoryOutbox that is never closed', {
  clock,
  create: async (options) => neverClosed(await create(options)),
  reopen: async (outbox) => neverClosed(outbox),
});

function neverClosed(outbox: Outbox): Outbox {
  return new Proxy(outbox, {
    get: (target, name: keyof Outbox) => {
      if (name === 'close') return async () => undefined;
      const method: unknown = target[name];
      return typeof method === 'function' ? method.bind(target) : method;
    },
  });
}

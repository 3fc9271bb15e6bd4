import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outbox } from '@dest/core';
import { VirtualClock, type DurableOutboxKit } from '@dest/testkit';
import { SqliteOutbox } from '../../../../src/outbox/sqlite/sqlite-outbox';
import type { SqliteOutboxOptions } from '../../../../src/outbox/sqlite/sqlite-outbox-options';

const DAY_MS = 86_400_000;

/** Makes outboxes in a folder that is gone after the tests. */
export function sqliteKit(): DurableOutboxKit {
  const clock = new VirtualClock();
  const folder = mkdtempSync(join(tmpdir(), 'dest-outbox-'));
  const optionsOf = new WeakMap<Outbox, SqliteOutboxOptions>();
  let count = 0;

  const opened = async (options: SqliteOutboxOptions): Promise<Outbox> => {
    const outbox = new SqliteOutbox(options);
    await outbox.open();
    optionsOf.set(outbox, options);
    return outbox;
  };

  afterAll(() => rmSync(folder, { recursive: true }));

  return {
    clock,
    create: ({ dedupeWindowMs } = { dedupeWindowMs: DAY_MS }) =>
      opened({ path: join(folder, `${count++}`, 'outbox.db'), clock, dedupeWindowMs, ballastBytes: 0 }),
    reopen: async (outbox) => {
      await outbox.close();
      return opened(optionsOf.get(outbox) as SqliteOutboxOptions);
    },
  };
}

import { systemClock } from '@dest/core';
import { MemoryOutbox, type StartHostOptions } from '@dest/host';

/** An outbox that several hosts use one after the other. */
export interface KeptOutbox {
  /** The configuration's `outbox`. */
  readonly configuration: object;
  /** What `startHost` is handed beside the configuration. */
  readonly options: Pick<StartHostOptions, 'outbox'>;
}

/** By their type; the one in memory is kept by the test. */
export const keptOutboxes: Readonly<Record<'memory' | 'sqlite', () => KeptOutbox>> = {
  memory: () => {
    const outbox = new MemoryOutbox({ clock: systemClock, dedupeWindowMs: 3_600_000 });
    // Closing would empty it.
    outbox.close = () => Promise.resolve();
    return { configuration: { type: 'memory' }, options: { outbox } };
  },
  sqlite: () => ({ configuration: { type: 'sqlite', path: 'outbox.db', ballast: 0 }, options: {} }),
};

export const outboxTypes = ['memory', 'sqlite'] as const;

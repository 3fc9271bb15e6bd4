import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, type Logger, type OutboxReport } from '@dest/core';
import { SqliteOutbox } from '../../../../src/outbox/sqlite/sqlite-outbox';
import type { SqliteOutboxOptions } from '../../../../src/outbox/sqlite/sqlite-outbox-options';

export interface OpenedOutbox {
  readonly outbox: SqliteOutbox;
  readonly report: OutboxReport;
  /** What was logged. */
  readonly logged: readonly { readonly message: string; readonly fields: Readonly<Record<string, unknown>> }[];
}

/** A folder that is gone after each test, with whatever was opened in it closed before. */
export class OutboxFolder {
  path = '';
  readonly #opened = new Set<SqliteOutbox>();

  constructor() {
    beforeEach(() => {
      this.path = mkdtempSync(join(tmpdir(), 'dest-outbox-'));
    });
    afterEach(async () => {
      for (const outbox of this.#opened) await outbox.close();
      this.#opened.clear();
      rmSync(this.path, { recursive: true, force: true });
    });
  }

  get file(): string {
    return join(this.path, 'outbox.db');
  }

  create(options: Partial<SqliteOutboxOptions> = {}): SqliteOutbox {
    const outbox = new SqliteOutbox({
      path: this.file,
      clock: systemClock,
      dedupeWindowMs: 86_400_000,
      ballastBytes: 0,
      ...options,
    });
    this.#opened.add(outbox);
    return outbox;
  }

  async open(options: Partial<SqliteOutboxOptions> = {}): Promise<OpenedOutbox> {
    const logged: { readonly message: string; readonly fields: Readonly<Record<string, unknown>> }[] = [];
    const log = (message: string, fields: Readonly<Record<string, unknown>> = {}): void =>
      void logged.push({ message, fields });
    const logger: Logger = { debug: log, info: log, warn: log, error: log };
    const outbox = this.create({ logger, ...options });
    const report = await outbox.open();
    return { outbox, report, logged };
  }
}

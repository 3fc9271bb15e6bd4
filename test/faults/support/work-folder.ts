import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PLUGIN = join(__dirname, 'sink-plugin.mjs');

/** A destination of the sink plugin; see there for `init`. */
export interface SinkDestination {
  readonly id: string;
  readonly package: 'single-sink' | 'batch-sink';
  readonly init: Readonly<Record<string, unknown>>;
  readonly [more: string]: unknown;
}

/** A folder for a host's configuration, its outbox and its sinks' notes; gone after the test. */
export class WorkFolder {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), 'dest-faults-')));

  get outbox(): string {
    return this.file('outbox/outbox.db');
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** Writes a configuration with an outbox in SQLite; returns its file. */
  configure(destinations: readonly SinkDestination[], more: object = {}): string {
    const file = this.file('dest.json');
    const outbox = { type: 'sqlite', path: this.outbox, ballast: 0 };
    const configuration = { version: 1, plugins: [PLUGIN], roots: [__dirname], outbox, destinations, ...more };
    writeFileSync(file, JSON.stringify(configuration));
    return file;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Retries soon, for ever; a breaker that never opens, whatever single items do. */
export const persistent = {
  retry: { maxAttempts: 1_000_000, initialDelayMs: 5, maxDelayMs: 50 },
  breaker: { failuresInARow: 0, failureRate: 0 },
};

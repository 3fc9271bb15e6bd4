import type { OutboxCase } from './outbox-case';
import { outboxCases } from './outbox-cases';
import type { DurableOutboxKit, OutboxKit } from './outbox-kit';

/** What a test runner such as jest puts into every test file. */
interface TestRunner {
  describe(name: string, body: () => void): void;
  test(name: string, body: () => Promise<void>, timeoutMs: number): void;
}

/** Generous, for machines that are busy. */
const TIMEOUT_MS = 120_000;

/** Makes a test of each case, by the global `describe` and `test` of the test runner. */
export function describeOutbox(name: string, kit: OutboxKit): void {
  const { describe, test } = globalThis as unknown as TestRunner;
  describe(name, () => {
    for (const outboxCase of outboxCases) {
      const run = runnerOf(outboxCase, kit);
      if (run !== undefined) test(outboxCase.name, run, TIMEOUT_MS);
    }
  });
}

function runnerOf(outboxCase: OutboxCase, kit: OutboxKit): (() => Promise<void>) | undefined {
  if (outboxCase.needs === undefined) return () => outboxCase.run(kit);
  return isDurable(kit) ? () => outboxCase.run(kit) : undefined;
}

function isDurable(kit: OutboxKit): kit is DurableOutboxKit {
  return kit.reopen !== undefined;
}

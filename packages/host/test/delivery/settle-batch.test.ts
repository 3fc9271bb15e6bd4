import type { DeliveryOutcome, Failure, Settlement, StoredDelivery } from '@dest/core';
import * as fc from 'fast-check';
import { MAX_RETRY_AFTER_MS } from '../../src/delivery/backoff';
import type { CallOutcome } from '../../src/delivery/call-destination';
import { isExpired, settleBatch, type SettleOptions } from '../../src/delivery/settle-batch';
import { destinationFails, itemFails, itemRefused, notConfigured } from '../support/failures';
import { storedDelivery } from '../support/stored-delivery';

const asked = fc.option(fc.nat(2 * MAX_RETRY_AFTER_MS), { nil: undefined });
const failure: fc.Arbitrary<Failure> = fc.oneof(
  asked.map(itemFails),
  asked.map(destinationFails),
  fc.constantFrom(itemRefused(), notConfigured(), { ...destinationFails(), code: 'DEADLINE_EXCEEDED' }),
);
const outcome: fc.Arbitrary<CallOutcome> = fc.option(failure, { nil: undefined });

const now = 1_700_000_000_000;
const retries = fc.record({
  maxAttempts: fc.integer({ min: 1, max: 12 }),
  maxAgeMs: fc.integer({ min: 1, max: 300_000 }),
  initialDelayMs: fc.nat(10_000),
  maxDelayMs: fc.nat(100_000),
});
const batches = fc.array(
  fc.record({
    attempts: fc.nat(12),
    tries: fc.nat(20),
    // Some began in the future: their clock was another one.
    age: fc.integer({ min: -1_000, max: 400_000 }),
    outcome,
  }),
  { maxLength: 30 },
);
const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

interface Settled {
  readonly delivery: StoredDelivery;
  readonly failure: CallOutcome;
  readonly settlement: Settlement;
  readonly outcome: DeliveryOutcome;
}

/** Checks something of every delivery of every batch. */
function forAll(check: (settled: Settled, options: SettleOptions) => void): void {
  fc.assert(
    fc.property(batches, retries, randoms, fc.nat(MAX_RETRY_AFTER_MS), (all, retry, random, blockedMs) => {
      const options = { retry, now, random: () => random, destinationDueAt: now + blockedMs };
      const batch = all.map(({ attempts, tries, age }, index) =>
        storedDelivery({ sequence: index + 1, attempts, tries, waitingSince: now - age }),
      );
      const settlements = settleBatch(
        batch,
        all.map((each) => each.outcome),
        options,
      );
      expect(settlements.map(({ delivery }) => delivery)).toEqual(batch);
      for (const [index, settlement] of settlements.entries()) {
        const { delivery, outcome } = settlement;
        check({ delivery, failure: all[index]?.outcome, settlement, outcome }, options);
      }
    }),
  );
}

describe('settleBatch', () => {
  it('gives each delivery one outcome, and the time of it', () => {
    forAll(({ settlement }) => {
      expect(Object.keys(settlement).sort()).toEqual(['delivery', 'outcome', 'settledAt']);
      expect(settlement.settledAt).toBe(now);
    });
  });

  it('takes for delivered what worked, and nothing else, however old it is', () => {
    forAll(({ failure, outcome }) => {
      expect(outcome.status === 'delivered').toBe(failure === undefined);
    });
  });

  it('gives up what can never work, by its own failure', () => {
    forAll(({ failure, outcome }) => {
      if (failure?.retry === 'permanent') expect(outcome).toEqual({ status: 'failed', failure });
    });
  });

  it('tries nothing again that has waited for too long, or failed too often by its own fault', () => {
    forAll(({ delivery, failure, outcome }, { retry }) => {
      if (failure === undefined || failure.retry === 'permanent') return;
      const old = isExpired(delivery, retry, now);
      const exhausted = failure.scope === 'item' && delivery.attempts + 1 >= retry.maxAttempts;
      expect(outcome.status).toBe(old || exhausted ? 'failed' : 'retry');
      if (outcome.status !== 'failed') return;
      expect(outcome.failure.code).toBe(old ? 'AGE_EXCEEDED' : 'ATTEMPTS_EXHAUSTED');
      expect(outcome.failure.message).toContain(failure.code);
      const { code, message, causes = [] } = failure;
      expect(outcome.failure.causes).toEqual([{ code, message }, ...causes].slice(0, 5));
      expect(outcome.lastTry).toEqual({ code, message });
    });
  });

  it('counts an attempt for the item’s own failures, and none for the destination’s', () => {
    forAll(({ delivery, failure, outcome }) => {
      if (outcome.status !== 'retry') return;
      expect(outcome.attempts).toBe(delivery.attempts + (failure?.scope === 'item' ? 1 : 0));
      expect(outcome.failure).toEqual(failure);
    });
  });

  it('tries an item again after its backoff, or what it was asked to wait, up to a day', () => {
    forAll(({ delivery, failure, outcome }, { retry }) => {
      if (outcome.status !== 'retry' || failure?.scope !== 'item') return;
      const ceiling = Math.min(retry.maxDelayMs, retry.initialDelayMs * 2 ** delivery.attempts);
      const least = Math.min(failure.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS);
      expect(outcome.dueAt).toBeGreaterThanOrEqual(now + least);
      expect(outcome.dueAt).toBeLessThanOrEqual(now + Math.max(ceiling, least));
    });
  });

  it('tries again when the destination may be, what overran its deadline a little later', () => {
    forAll(({ failure, outcome }, { retry, destinationDueAt }) => {
      if (outcome.status !== 'retry' || failure?.scope !== 'destination' || failure.retry === 'configuration') return;
      const behind = failure.code === 'DEADLINE_EXCEEDED' ? retry.initialDelayMs : 0;
      expect(outcome.dueAt).toBe(destinationDueAt + behind);
    });
  });

  it('has no time for what waits until a configuration is mended: the lane is paused', () => {
    forAll(({ failure, outcome }) => {
      if (outcome.status === 'retry' && failure?.retry === 'configuration') expect(outcome.dueAt).toBe(now);
    });
  });

  it('goes on for so many attempts, and no more', () => {
    const retry = { maxAttempts: 4, maxAgeMs: 1_000_000, initialDelayMs: 10, maxDelayMs: 100 };
    let delivery = storedDelivery({ sequence: 1 });
    const statuses: string[] = [];
    for (let at = 0; statuses.at(-1) !== 'failed'; at += 1_000) {
      const options = { retry, now: at, random: () => 0.5, destinationDueAt: at };
      const [settlement] = settleBatch([delivery], [itemFails()], options);
      const { outcome } = settlement!;
      statuses.push(outcome.status);
      if (outcome.status === 'retry') delivery = { ...delivery, attempts: outcome.attempts };
    }
    expect(statuses).toEqual(['retry', 'retry', 'retry', 'failed']);
  });
});

describe('isExpired', () => {
  it('goes by how long the delivery has waited', () => {
    const retry = { maxAttempts: 1, maxAgeMs: 1_000, initialDelayMs: 1, maxDelayMs: 1 };
    const delivery = storedDelivery({ sequence: 1, waitingSince: 5_000 });
    expect([4_000, 5_999, 6_000].map((at) => isExpired(delivery, retry, at))).toEqual([false, false, true]);
  });
});

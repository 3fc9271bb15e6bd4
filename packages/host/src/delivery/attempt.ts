import type { Failure, LoadedDelivery, Settlement, StoredDelivery } from '@dest/core';
import type { LaneGear } from './lane-gear';
import type { LaneParts } from './lane-parts';
import { loadedDelivery } from './loaded-delivery';
import { crashed, damaged, MAX_CRASHES } from './lost-causes';
import { expired, isExpired, settleBatch } from './settle-batch';
import type { Suspects } from './suspects';
import { between } from './turns';

export interface AttemptOptions {
  readonly parts: LaneParts;
  readonly gear: LaneGear;
  readonly suspects: Suspects;
}

/** What became of a batch. */
export interface Attempt {
  /** One per delivery; retries have their time by the steady clock. */
  readonly settlements: readonly Settlement[];
  /** By id; without those whose envelope could not be read. */
  readonly loaded: ReadonlyMap<string, LoadedDelivery>;
  /** What it did to the destination, where it did: other calls were under way meanwhile. */
  readonly turned?: 'paused' | 'working';
}

/**
 * Tries a batch: loads the envelopes, sets aside what can't or shouldn't be tried, calls the destination, and decides what
 * becomes of each. Rejects only where the outbox does.
 */
export async function attempt(batch: readonly StoredDelivery[], options: AttemptOptions): Promise<Attempt> {
  const { parts, gear, suspects } = options;
  const { outbox, steady } = parts;
  const { breaker } = gear;
  const { retry } = gear.delivery;
  const startedAt = steady.now();
  const envelopes = await outbox.load(batch);
  await between(batch.length);
  const loaded = new Map<string, LoadedDelivery>();
  const settlements: Settlement[] = [];
  const tried: StoredDelivery[] = [];
  const called: LoadedDelivery[] = [];
  const giveUp = (delivery: StoredDelivery, failure: Failure): void => {
    settlements.push({ delivery, outcome: { status: 'failed', failure }, settledAt: startedAt });
  };
  for (const [index, delivery] of batch.entries()) {
    const accepted = envelopes[index];
    if (accepted === undefined) {
      giveUp(delivery, damaged(delivery));
      continue;
    }
    const whole = loadedDelivery(delivery, accepted);
    loaded.set(delivery.id, whole);
    if (delivery.crashes >= MAX_CRASHES) giveUp(delivery, crashed(delivery));
    else if (isExpired(delivery, retry, startedAt)) giveUp(delivery, expired(retry.maxAgeMs, breaker.lastFailure));
    else {
      tried.push(delivery);
      called.push(whole);
    }
  }
  if (tried.length === 0) return { settlements, loaded };

  const result = await gear.caller.call(called);
  await between(tried.length);
  const judged = suspects.judge(tried, result.outcomes);
  const now = steady.now();
  const wasPaused = breaker.paused;
  const outcomes = breaker.note(tried, judged, startedAt, now, parts.random());
  // Without their envelopes: what waits for the outbox or for a retry is narrow.
  const counted = result.tried ? tried.map((delivery) => ({ ...delivery, tries: delivery.tries + 1 })) : tried;
  const destinationDueAt = Math.max(breaker.nextTryAt, now);
  settlements.push(...settleBatch(counted, outcomes, { retry, now, random: parts.random, destinationDueAt }));
  if (breaker.paused === wasPaused) return { settlements, loaded };
  return { settlements, loaded, turned: breaker.paused ? 'paused' : 'working' };
}

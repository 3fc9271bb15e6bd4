import { defaultDelivery, type DeliveryOptions, type DeliveryOutcome, type StoredDelivery } from '@dest/core';
import { Breaker } from '../../src/delivery/breaker';
import type { CallOutcome } from '../../src/delivery/call-destination';
import { selectBatch, type SelectedBatch } from '../../src/delivery/select-batch';
import { expired, isExpired, settleBatch } from '../../src/delivery/settle-batch';

export interface SimulationOptions {
  readonly ordering: DeliveryOptions['ordering'];
  readonly concurrency: number;
  readonly maxItems: number;
  readonly orderedBatches: boolean;
  readonly retry?: DeliveryOptions['retry'];
  readonly breaker?: DeliveryOptions['breaker'];
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** What becomes of a call, one outcome per delivery, and when: at least a millisecond later. */
  readonly call: (batch: readonly StoredDelivery[], now: number) => SimulatedResult;
}

export interface SimulatedResult {
  readonly outcomes: readonly CallOutcome[];
  readonly durationMs: number;
}

export interface SimulatedCall {
  readonly batch: readonly StoredDelivery[];
  readonly startedAt: number;
  readonly endsAt: number;
  readonly outcomes: readonly CallOutcome[];
}

/** The pure parts of a lane put together, in virtual time that begins at 0. Deliveries come at their `waitingSince`. */
export class SimulatedLane {
  readonly breaker: Breaker;
  /** All calls, in the order they were started. */
  readonly calls: SimulatedCall[] = [];
  /** What became of deliveries for good, by id, once for each time that it was settled. */
  readonly settled = new Map<string, DeliveryOutcome[]>();
  readonly #options: SimulationOptions;
  readonly #retry: DeliveryOptions['retry'];
  #coming: StoredDelivery[];
  #waiting: StoredDelivery[] = [];
  #underWay: SimulatedCall[] = [];
  #now = 0;

  /** @param deliveries - ascending by sequence and by `waitingSince` */
  constructor(deliveries: readonly StoredDelivery[], options: SimulationOptions) {
    this.#options = options;
    this.#coming = [...deliveries];
    this.#retry = options.retry ?? defaultDelivery.retry;
    const { concurrency, breaker } = options;
    this.breaker = new Breaker({ retry: this.#retry, breaker: breaker ?? defaultDelivery.breaker, concurrency });
  }

  get now(): number {
    return this.#now;
  }

  get waiting(): readonly StoredDelivery[] {
    return this.#waiting;
  }

  get underWay(): readonly SimulatedCall[] {
    return this.#underWay;
  }

  /** Runs until nothing is left to do, or that time. */
  run(until = Infinity): void {
    for (;;) {
      const next = this.#step();
      if (next === undefined || next > until) return;
      if (next <= this.#now) throw new Error(`Time stands still at ${this.#now}.`);
      this.#now = next;
    }
  }

  /** Does all there is to do now. Returns when there is more. */
  #step(): number | undefined {
    this.#receive();
    this.#end();
    let nextDueAt: number | undefined;
    while (this.#underWay.length < this.breaker.callLimit(this.#now)) {
      const selected = this.#select();
      nextDueAt = selected.nextDueAt;
      if (selected.batch.length === 0) break;
      this.#start(selected.batch);
    }
    const nextTryAt = this.breaker.state(this.#now) === 'open' ? this.breaker.nextTryAt : undefined;
    const ends = this.#underWay.map(({ endsAt }) => endsAt);
    const times = [nextDueAt, nextTryAt, this.#coming[0]?.waitingSince, ...ends].filter((time) => time !== undefined);
    return times.length === 0 || (this.#waiting.length === 0 && this.#coming.length === 0 && ends.length === 0)
      ? undefined
      : Math.min(...times);
  }

  #select(): SelectedBatch {
    const selected = this.#selectDue();
    return selected.batch.length === 0 && this.breaker.startRound() ? this.#selectDue() : selected;
  }

  #selectDue(): SelectedBatch {
    const { ordering, maxItems, orderedBatches } = this.#options;
    return selectBatch(this.#waiting, {
      now: this.#now,
      ordering,
      maxItems: this.breaker.batchLimit(maxItems),
      maxBytes: Infinity,
      orderedBatches,
      busyKeys: new Set(this.#underWay.flatMap(({ batch }) => batch.flatMap(({ key }) => key ?? []))),
      active: this.#underWay.length,
      isHeld: ({ id }) => this.breaker.goesBehind(id),
    });
  }

  #receive(): void {
    while (this.#coming[0] !== undefined && this.#coming[0].waitingSince <= this.#now) {
      this.#waiting.push(this.#coming.shift()!);
    }
  }

  #start(batch: readonly StoredDelivery[]): void {
    this.#waiting = this.#waiting.filter((delivery) => !batch.includes(delivery));
    const late = batch.filter((delivery) => isExpired(delivery, this.#retry, this.#now));
    for (const { id } of late) {
      this.#settle(id, { status: 'failed', failure: expired(this.#retry.maxAgeMs, this.breaker.lastFailure) });
    }
    const inTime = batch.filter((delivery) => !late.includes(delivery));
    if (inTime.length === 0) return;
    const { outcomes, durationMs } = this.#options.call(inTime, this.#now);
    const call = { batch: inTime, startedAt: this.#now, endsAt: this.#now + Math.max(1, durationMs), outcomes };
    this.#underWay.push(call);
    this.calls.push(call);
  }

  #end(): void {
    for (const call of this.#underWay.filter(({ endsAt }) => endsAt <= this.#now)) {
      this.#underWay = this.#underWay.filter((other) => other !== call);
      const { random } = this.#options;
      const outcomes = this.breaker.note(call.batch, call.outcomes, call.startedAt, this.#now, random());
      const settlements = settleBatch(call.batch, outcomes, {
        retry: this.#retry,
        now: this.#now,
        random,
        destinationDueAt: Math.max(this.breaker.nextTryAt, this.#now),
      });
      for (const { delivery, outcome } of settlements) {
        if (outcome.status !== 'retry') this.#settle(delivery.id, outcome);
        else {
          const { attempts, dueAt } = outcome;
          this.#waiting.push({ ...delivery, attempts, dueAt, scheduledAt: this.#now, tries: delivery.tries + 1 });
        }
      }
      this.#waiting.sort((left, right) => left.sequence - right.sequence);
    }
  }

  #settle(id: string, outcome: DeliveryOutcome): void {
    this.settled.set(id, [...(this.settled.get(id) ?? []), outcome]);
  }
}

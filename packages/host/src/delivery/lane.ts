import {
  failureOf,
  type Clock,
  type DestinationInterface,
  type Logger,
  type Outbox,
  type Settlement,
  type StoredDelivery,
} from '@dest/core';
import type { ConfiguredDestination } from '../application/application';
import type { CallOutcome } from './call-destination';
import { DestinationCaller } from './destination-caller';
import { DestinationHealth } from './destination-health';
import type { DeliveryObserver, LaneState, LaneStatus } from './lane-status';
import { LaneWindow } from './lane-window';
import { selectBatch } from './select-batch';
import { expired, isExpired, settleBatch } from './settle-batch';
import { Suspects } from './suspects';
import { WakeTimer } from './wake-timer';

/** How soon the outbox is asked again after it failed. */
const OUTBOX_RETRY_MS = 1_000;

export interface LaneOptions {
  readonly configured: ConfiguredDestination;
  readonly create: () => DestinationInterface;
  /** The class has `dispatchBatch`. */
  readonly batches: boolean;
  /** What the class declares: batches keep their order. */
  readonly orderedBatches: boolean;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** Hides the secrets of the configuration. */
  readonly redact: (text: string) => string;
  readonly observer: DeliveryObserver;
}

/**
 * Delivers what waits for one destination: chooses batches, calls the destination, settles what became of them. What goes
 * wrong here stays here; other lanes go on.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #caller: DestinationCaller;
  readonly #timer: WakeTimer;
  readonly #window: LaneWindow;
  readonly #health: DestinationHealth;
  readonly #suspects = new Suspects();
  readonly #maxItems: number;
  readonly #idleWaiters = new Set<{ readonly untilEmpty: boolean; readonly resolve: () => void }>();
  readonly #calls = new Set<Promise<void>>();
  #inFlight = 0;
  #pumping = false;
  #pumpAgain = false;
  #lingering = false;
  #nothingDue = false;
  /** There are calls to spare, and nothing of what was read can be delivered yet. */
  #starved = false;
  #closed = false;

  constructor(options: LaneOptions) {
    this.#options = options;
    const { configured, clock, logger, redact, create, outbox } = options;
    const { id, delivery } = configured.compiled.destination;
    this.#maxItems = options.batches ? delivery.batch.maxItems : 1;
    this.#caller = new DestinationCaller({ compiled: configured.compiled, create, clock, logger, redact });
    this.#timer = new WakeTimer(clock, () => this.#pump());
    this.#window = new LaneWindow(id, outbox, Math.max(1_000, this.#maxItems * 2));
    this.#health = new DestinationHealth(delivery.retry);
  }

  get state(): LaneState {
    if (this.#closed) return 'closed';
    if (this.#options.configured.issues.length > 0) return 'unavailable';
    if (this.#health.paused) return 'paused';
    return this.#health.blockedUntil > this.#options.clock.now() ? 'backing-off' : 'ready';
  }

  /** Says that something was appended to this lane. */
  wake(): void {
    this.#window.appended();
    if (this.#lingering && this.#window.expected < this.#maxItems) return;
    this.#pump();
  }

  /** Says that the outbox dropped deliveries of this lane. */
  drop(ids: ReadonlySet<string>): void {
    this.#window.drop(ids);
  }

  async status(): Promise<LaneStatus> {
    const { outbox, clock, configured } = this.#options;
    const { id } = configured.compiled.destination;
    const { waiting, bytes, oldest } = await outbox.size(id);
    const { lastFailure } = this.#health;
    return {
      destination: id,
      state: this.state,
      waiting,
      inFlight: this.#inFlight,
      bytes,
      ...(oldest === undefined ? {} : { oldestAgeMs: Math.max(0, clock.now() - oldest) }),
      ...(lastFailure === undefined ? {} : { lastFailure }),
    };
  }

  /**
   * Resolves when nothing is under way and nothing is due.
   *
   * @param untilEmpty - also wait for what waits for a retry; a lane that is paused or unavailable is never waited for
   */
  idle(untilEmpty: boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#idleWaiters.add({ untilEmpty, resolve });
      this.#pump();
    });
  }

  /**
   * Starts nothing more, waits for what is under way, closes the instance.
   *
   * @param graceMs - how long to wait, in milliseconds; what takes longer is cut off and stays in the outbox
   */
  async close(graceMs: number): Promise<void> {
    const { clock } = this.#options;
    this.#closed = true;
    this.#timer.clear();
    let cancel = (): void => undefined;
    const grace = new Promise<void>((resolve) => (cancel = clock.schedule(graceMs, resolve)));
    await Promise.race([Promise.all(this.#calls), grace]);
    cancel();
    this.#caller.cutOff();
    await Promise.all(this.#calls);
    await this.#caller.close(graceMs);
    this.#tellIdle();
  }

  /** Reads ahead and starts what can be started; one at a time, and once more where something came in meanwhile. */
  #pump(): void {
    if (this.#pumping) {
      this.#pumpAgain = true;
      return;
    }
    void this.#pumpOnce();
  }

  /** Never rejects. */
  async #pumpOnce(): Promise<void> {
    this.#pumping = true;
    try {
      do {
        this.#pumpAgain = false;
        await this.#window.fill();
        this.#start();
      } while (this.#pumpAgain || (this.#starved && this.#window.widen()));
    } catch (error) {
      this.#logError('The outbox could not be read', error);
      if (!this.#closed) this.#timer.set(this.#options.clock.now() + OUTBOX_RETRY_MS);
    } finally {
      // In the same turn as the last look at #pumpAgain, so that no call in between is lost.
      this.#pumping = false;
      this.#tellIdle();
    }
  }

  #start(): void {
    const { clock, configured, orderedBatches, batches } = this.#options;
    const { delivery } = configured.compiled.destination;
    const sequential = delivery.ordering === 'strict' || this.#health.probing;
    this.#lingering = false;
    this.#starved = false;
    this.#nothingDue = true;
    if (this.#closed || this.state === 'unavailable') return;
    while (this.#calls.size < (sequential ? 1 : delivery.concurrency)) {
      const now = clock.now();
      if (this.#health.blockedUntil > now) return this.#timer.set(this.#health.blockedUntil);
      const { batch, nextDueAt, full } = selectBatch(this.#window, {
        now,
        ordering: delivery.ordering,
        maxItems: this.#maxItems,
        maxBytes: delivery.batch.maxBytes,
        orderedBatches,
        busyKeys: this.#window.busyKeys,
        active: this.#calls.size,
        batchSize: (delivery) => this.#suspects.batchSize(delivery),
      });
      const [first] = batch;
      this.#starved = !full;
      if (first === undefined) return nextDueAt === undefined ? undefined : this.#timer.set(nextDueAt);
      this.#nothingDue = false;
      const lingerUntil = first.accepted.acceptedAt + delivery.batch.lingerMs;
      if (!full && batches && lingerUntil > now && first.tries === 0) {
        this.#lingering = true;
        return this.#timer.set(lingerUntil);
      }
      this.#window.take(batch);
      const call = this.#deliver(batch).finally(() => {
        this.#calls.delete(call);
        this.#pump();
      });
      this.#calls.add(call);
    }
    this.#starved = false;
    this.#nothingDue = false;
  }

  /** Never rejects. */
  async #deliver(batch: readonly StoredDelivery[]): Promise<void> {
    this.#inFlight += batch.length;
    try {
      const settlements = await this.#settlementsOf(batch);
      await this.#options.outbox.settle(settlements);
      this.#window.settled(settlements);
      this.#report(settlements);
    } catch (error) {
      this.#logError('What became of a batch could not be noted: it is delivered again', error);
      const dueAt = this.#options.clock.now() + OUTBOX_RETRY_MS;
      this.#window.unsettled(batch, dueAt);
      if (!this.#closed) this.#timer.set(dueAt);
    } finally {
      this.#inFlight -= batch.length;
    }
  }

  async #settlementsOf(batch: readonly StoredDelivery[]): Promise<readonly Settlement[]> {
    const { clock, random, configured } = this.#options;
    const { retry } = configured.compiled.destination.delivery;
    const startedAt = clock.now();
    const late: Settlement[] = [];
    const inTime: StoredDelivery[] = [];
    for (const delivery of batch) {
      if (!isExpired(delivery, retry, startedAt)) inTime.push(delivery);
      else
        late.push({
          delivery,
          outcome: { status: 'failed', failure: expired(retry.maxAgeMs, this.#health.lastFailure) },
        });
    }
    if (inTime.length === 0) return late;
    const successesBefore = this.#suspects.successes;
    const result = await this.#caller.call(inTime);
    const outcomes = this.#suspects.judge(inTime, result.outcomes, successesBefore);
    const now = clock.now();
    this.#noteHealth(outcomes, startedAt, now);
    const destinationDueAt = Math.max(this.#health.blockedUntil, now);
    const counted = result.tried ? inTime.map((delivery) => ({ ...delivery, tries: delivery.tries + 1 })) : inTime;
    return [...late, ...settleBatch(counted, outcomes, { retry, now, random, destinationDueAt })];
  }

  #noteHealth(outcomes: readonly CallOutcome[], startedAt: number, now: number): void {
    const { random, configured, logger } = this.#options;
    const { id } = configured.compiled.destination;
    const wasPaused = this.#health.paused;
    this.#health.note(outcomes, startedAt, now, random());
    if (this.#health.paused === wasPaused) return;
    const { code, message } = this.#health.lastFailure ?? {};
    if (wasPaused) logger.info(`Destination ${id} works again`, { destination: id });
    else logger.error(`Destination ${id} is paused: ${message}`, { destination: id, code });
  }

  #report(settlements: readonly Settlement[]): void {
    const { observer, clock, logger } = this.#options;
    const now = clock.now();
    for (const settlement of settlements) {
      const { delivery, outcome } = settlement;
      if (outcome.status !== 'delivered') {
        const { code, message } = outcome.failure;
        const fields = { destination: delivery.destination, envelope: delivery.accepted.id, code, reason: message };
        if (outcome.status === 'failed') logger.error('A delivery failed for good', fields);
        else logger.debug('A delivery failed and is tried again', fields);
      }
      if (outcome.status !== 'retry') this.#suspects.forget(delivery);
      observer.settled(settlement, now);
    }
  }

  #tellIdle(): void {
    for (const waiter of this.#idleWaiters) {
      if (!this.#isIdle(waiter.untilEmpty)) continue;
      this.#idleWaiters.delete(waiter);
      waiter.resolve();
    }
  }

  #isIdle(untilEmpty: boolean): boolean {
    if (this.#calls.size > 0) return false;
    if (this.#closed || this.#health.paused || this.state === 'unavailable' || this.#window.isEmpty) return true;
    return !untilEmpty && this.#nothingDue;
  }

  #logError(message: string, error: unknown): void {
    const { logger, configured } = this.#options;
    logger.error(message, { destination: configured.compiled.destination.id, reason: failureOf(error).message });
  }
}

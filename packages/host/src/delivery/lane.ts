import type { StoredDelivery } from '@dest/core';
import { LaneCalls } from './lane-calls';
import { LaneGear } from './lane-gear';
import type { LaneParts, LaneSettings } from './lane-parts';
import { laneReason } from './lane-reason';
import { LaneReporter } from './lane-reporter';
import type { LaneState, LaneStatus } from './lane-status';
import { LaneWindow } from './lane-window';
import { LingeringBatch } from './lingering-batch';
import { ReplayFeed } from './replay-feed';
import { selectBatch, type SelectedBatch } from './select-batch';
import { WakeTimer } from './wake-timer';
import { withinTime } from './within-time';

/** How soon the outbox is asked again after it failed. */
const OUTBOX_RETRY_MS = 1_000;

/** How long a plugin may take at least to close, in milliseconds: what it has not flushed yet would be lost. */
const MIN_CLOSE_MS = 1_000;

/** How many may be delivered of which the outbox doesn't know yet. */
const MAX_UNSETTLED = 10_000;

/**
 * Delivers what waits for one destination: chooses batches, calls the destination, settles what became of them. What goes
 * wrong here stays here; other lanes go on.
 */
export class Lane {
  readonly #parts: LaneParts;
  readonly #timer: WakeTimer;
  readonly #reporter: LaneReporter;
  readonly #calls: LaneCalls;
  readonly #wakeAtGate = (): void => this.#pump();
  readonly #replays: ReplayFeed;
  readonly #idleWaiters = new Set<{ readonly untilEmpty: boolean; readonly resolve: () => void }>();
  #gear: LaneGear;
  /** Those of earlier configurations that have calls under way. */
  readonly #retiring = new Set<LaneGear>();
  #window: LaneWindow;
  #started = false;
  #pumping = false;
  #pumpAgain = false;
  #lingering: LingeringBatch | undefined;
  #nothingDue = false;
  /** There are calls to spare, and nothing of what was read can be delivered yet. */
  #starved = false;
  /** For so many reasons nothing may be started yet. */
  #holds = 0;
  #closed = false;

  constructor(parts: LaneParts, settings: LaneSettings) {
    const { lane, outbox, steady } = parts;
    this.#parts = parts;
    this.#timer = new WakeTimer(steady, () => this.#pump());
    this.#reporter = new LaneReporter(parts);
    this.#calls = new LaneCalls(parts, this.#reporter, () => this.#pump());
    this.#replays = new ReplayFeed({ lane, outbox, clock: steady, capacity: 1_000 });
    this.#gear = new LaneGear(parts, settings);
    this.#window = this.#newWindow();
  }

  get settings(): LaneSettings {
    return this.#gear.settings;
  }

  get state(): LaneState {
    const { settings, breaker } = this.#gear;
    if (this.#closed) return 'closed';
    if (!settings.enabled) return 'disabled';
    if (settings.configured.issues.length > 0) return 'unavailable';
    if (breaker.paused) return 'paused';
    return breaker.nextTryAt > this.#parts.steady.now() ? 'backing-off' : 'ready';
  }

  /**
   * Begins to deliver.
   *
   * @param after - what has to end before
   */
  start(after?: Promise<void>): void {
    this.#started = true;
    if (after !== undefined) {
      this.#holds++;
      void after.then(() => {
        this.#holds--;
        this.#pump();
      });
    }
    this.#pump();
  }

  /** Says that something was appended to this lane. */
  wake(): void {
    this.#window.appended();
    const { expected, unread } = this.#window;
    if (this.#lingering?.mayBeFull(expected, unread) !== false) this.#pump();
  }

  /** Says that replays may be on their way. */
  expectReplays(): void {
    this.#replays.expect();
    this.#pump();
  }

  /** Says that the outbox dropped deliveries of this lane. */
  drop(ids: ReadonlySet<string>): void {
    this.#window.drop(ids);
    this.#replays.drop(ids);
  }

  /** Says that the outbox moved deliveries of another lane to this one. */
  moved(): void {
    this.#window.moved();
    this.expectReplays();
  }

  /** Says that the outbox dropped all that waits in this lane. */
  clear(): void {
    this.#window.clear();
    this.#replays.clear();
  }

  /** Says that a waiting delivery has a newer envelope. */
  replaced(delivery: StoredDelivery): void {
    this.#window.replaced(delivery);
    this.#pump();
  }

  /** Tries at once, whatever failed before. */
  resume(): void {
    this.#gear.breaker.reset(this.#parts.steady.now());
    this.#release();
    this.#pump();
  }

  /**
   * Goes on with another configuration of the same destination, at once, whatever failed before. Calls under way end with
   * the instance that they began with; resolves when that one is closed. Never rejects.
   */
  async reconfigure(settings: LaneSettings): Promise<void> {
    const before = this.#gear;
    this.#retiring.add(before);
    this.#gear = new LaneGear(this.#parts, settings);
    if (this.#gear.delivery.ordering !== before.delivery.ordering) await this.#renewWindow();
    this.#window.resize(this.#gear.readAhead);
    this.#release();
    this.#pump();
    await before.retire();
    this.#retiring.delete(before);
    // What failed meanwhile failed by the old configuration.
    this.#release();
    this.#pump();
  }

  async status(): Promise<LaneStatus> {
    const { outbox, clock, steady, lane } = this.#parts;
    const { waiting, bytes, oldest } = await outbox.size(lane);
    const { breaker, settings } = this.#gear;
    const { lastFailure, nextTryAt } = breaker;
    const now = steady.now();
    const { state } = this;
    const reason = laneReason(state, settings, lastFailure);
    const faults = this.#parts.faults.countOf(lane.destination);
    const { dropped, refused } = this.#parts.losses.countOf(lane.destination);
    return {
      destination: lane.destination,
      lane,
      state,
      ...(reason === undefined ? {} : { reason }),
      breaker: breaker.state(now),
      ...(nextTryAt > now ? { nextTryAt: steady.toWall(nextTryAt) } : {}),
      waiting,
      inFlight: this.#calls.inFlight,
      bytes,
      ...(oldest === undefined ? {} : { oldestAgeMs: Math.max(0, clock.now() - oldest) }),
      ...(lastFailure === undefined ? {} : { lastFailure }),
      ...(dropped === 0 ? {} : { dropped }),
      ...(refused === 0 ? {} : { refused }),
      ...(faults === 0 ? {} : { faults }),
    };
  }

  /** How many deliveries are under way. */
  get inFlight(): number {
    return this.#calls.inFlight;
  }

  /** Resolves when the calls have ended that are under way now. */
  callsEnd(): Promise<void> {
    return this.#calls.callsEnd();
  }

  /**
   * Resolves when nothing is under way and nothing is due.
   *
   * @param untilEmpty - also wait for what waits for a retry; a lane that is paused, off or unavailable is never waited for
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
   * @param graceMs - how long to wait, in milliseconds; what takes longer is cut off and stays in the outbox. A plugin has
   *   what is left of it to close, and at least a second
   */
  async close(graceMs: number): Promise<void> {
    const { clock, steady } = this.#parts;
    const until = steady.now() + graceMs;
    this.#closed = true;
    this.#timer.clear();
    await withinTime(clock, graceMs, this.#calls.quiet());
    const closeMs = Math.max(MIN_CLOSE_MS, until - steady.now());
    // Also those that a configuration before this one began.
    for (const { caller } of [this.#gear, ...this.#retiring]) caller.cutOff(closeMs);
    this.#calls.close();
    await this.#calls.quiet();
    await this.#gear.caller.close(closeMs);
    this.#tellIdle();
  }

  #release(): void {
    this.#window.release();
    this.#replays.release();
  }

  #newWindow(): LaneWindow {
    const { lane, outbox, steady } = this.#parts;
    const { delivery, readAhead } = this.#gear;
    return new LaneWindow({ lane, outbox, clock: steady, capacity: readAhead, ordered: delivery.ordering !== 'none' });
  }

  /** What was read ahead is read anew: in between nothing may be under way that would be read as waiting. */
  async #renewWindow(): Promise<void> {
    const { clock } = this.#parts;
    this.#holds++;
    while (!this.#calls.isQuiet || this.#pumping) {
      await this.#calls.quiet();
      await new Promise<void>((resolve) => void clock.schedule(1, resolve));
    }
    this.#window = this.#newWindow();
    this.#holds--;
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
        if (this.#delivers()) {
          await this.#window.fill();
          await this.#replays.fill();
        }
        this.#start();
      } while (this.#pumpAgain || (this.#starved && this.#window.widen()));
    } catch (error) {
      this.#reporter.error('The outbox could not be read', error);
      if (!this.#closed) this.#timer.set(this.#parts.steady.now() + OUTBOX_RETRY_MS);
    } finally {
      // In the same turn as the last look at #pumpAgain, so that no call in between is lost.
      this.#pumping = false;
      this.#tellIdle();
    }
  }

  /** Whether calls may be started, now or later. */
  #delivers(): boolean {
    const { state } = this;
    return this.#started && this.#holds === 0 && state !== 'closed' && state !== 'unavailable' && state !== 'disabled';
  }

  #start(): void {
    this.#lingering = undefined;
    this.#starved = false;
    this.#nothingDue = true;
    if (!this.#delivers()) return;
    for (;;) {
      // What waits for a destination that failed is not due.
      if (this.#isBlocked()) return;
      if (!this.#mayCall()) break;
      if (!this.#startOne()) return;
    }
    this.#starved = false;
    this.#nothingDue = false;
  }

  #isBlocked(): boolean {
    const { nextTryAt } = this.#gear.breaker;
    if (nextTryAt <= this.#parts.steady.now()) return false;
    this.#timer.set(nextTryAt);
    return true;
  }

  /** Whether one more call may be started now; sets the timer where that is a matter of time. */
  #mayCall(): boolean {
    const { delivery, breaker, limiter, maxItems } = this.#gear;
    const now = this.#parts.steady.now();
    const most = delivery.ordering === 'strict' ? 1 : breaker.callLimit(now);
    if (this.#calls.active >= most || this.#calls.unsettled >= MAX_UNSETTLED) return false;
    const expected = this.#window.expected + this.#replays.size;
    if (limiter === undefined || expected === 0) return true;
    const tokens = limiter.worthwhile(Math.min(breaker.batchLimit(maxItems), expected));
    if (limiter.available(now) >= tokens) return true;
    this.#timer.set(limiter.readyAt(tokens, now));
    return false;
  }

  /** Starts one call where something is due; else sets the timer to when it will be. */
  #startOne(): boolean {
    const { settings, delivery, maxItems, limiter, breaker } = this.#gear;
    const now = this.#parts.steady.now();
    const most = Math.max(1, Math.min(breaker.batchLimit(maxItems), limiter?.available(now) ?? Infinity));
    const { batch, full, nextDueAt } = this.#select(now, most);
    const [first] = batch;
    this.#starved = !full;
    if (first === undefined) {
      const replays = this.#selectReplays(most);
      if (replays.length === 0) {
        this.#waitUntil(nextDueAt);
        return false;
      }
      limiter?.take(replays.length, now);
      this.#calls.begin(replays, this.#replays, this.#gear);
      return true;
    }
    this.#nothingDue = false;
    const lingerUntil = first.waitingSince + delivery.batch.lingerMs;
    if (!full && settings.batches && lingerUntil > now && first.tries === 0) {
      this.#lingering = new LingeringBatch(batch, { items: maxItems, bytes: delivery.batch.maxBytes });
      this.#timer.set(lingerUntil);
      return false;
    }
    this.#window.take(batch);
    limiter?.take(batch.length, now);
    this.#calls.begin(batch, this.#window, this.#gear);
    return true;
  }

  /** What failed as a probe goes behind what didn't yet. */
  #select(now: number, maxItems: number): SelectedBatch {
    const selected = this.#selectDue(now, maxItems);
    return selected.batch.length === 0 && this.#gear.breaker.startRound() ? this.#selectDue(now, maxItems) : selected;
  }

  #selectDue(now: number, maxItems: number): SelectedBatch {
    const { crashGate } = this.#parts;
    const { settings, delivery, breaker } = this.#gear;
    const gated = crashGate.isTaken;
    if (gated) crashGate.whenLeft(this.#wakeAtGate);
    return selectBatch(this.#window, {
      now,
      ordering: delivery.ordering,
      maxItems,
      maxBytes: delivery.batch.maxBytes,
      orderedBatches: settings.orderedBatches,
      busyKeys: this.#window.busyKeys,
      active: this.#calls.active,
      batchSize: (waiting) => this.#calls.batchSize(waiting),
      isHeld: ({ id, crashes }) => (gated && crashes > 0) || breaker.goesBehind(id),
    });
  }

  /** Replays go behind what is live, one call at a time, outside of the order. */
  #selectReplays(most: number): readonly StoredDelivery[] {
    if (this.#calls.activeReplays > 0 || this.#parts.crashGate.isTaken) return [];
    return this.#replays.take(most, this.#gear.delivery.batch.maxBytes);
  }

  #waitUntil(nextDueAt: number | undefined): void {
    // They go on when their call has ended, and when the gate is left.
    const replaysWait = this.#calls.activeReplays > 0 || this.#parts.crashGate.isTaken;
    const replaysDueAt = replaysWait ? undefined : this.#replays.nextDueAt;
    const times = [nextDueAt, this.#window.nextDueAt, replaysDueAt].map((time) => time ?? Infinity);
    const next = Math.min(...times);
    if (next < Infinity) this.#timer.set(next);
  }

  #tellIdle(): void {
    for (const waiter of this.#idleWaiters) {
      if (!this.#isIdle(waiter.untilEmpty)) continue;
      this.#idleWaiters.delete(waiter);
      waiter.resolve();
    }
  }

  #isIdle(untilEmpty: boolean): boolean {
    if (!this.#calls.isQuiet || (this.#holds > 0 && !this.#closed)) return false;
    if (!this.#delivers() || this.#gear.breaker.paused) return true;
    if (this.#window.isEmpty && this.#replays.isEmpty) return true;
    return !untilEmpty && this.#nothingDue && !this.#waitsAtGate();
  }

  /** Whether something is due that is only held back until the crash gate is left. */
  #waitsAtGate(): boolean {
    const { crashGate, steady } = this.#parts;
    if (!crashGate.isTaken) return false;
    if (this.#replays.size > 0) return true;
    const now = steady.now();
    for (const { crashes, dueAt } of this.#window) if (crashes > 0 && dueAt <= now) return true;
    return false;
  }
}

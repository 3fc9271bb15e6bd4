import type { StoredDelivery } from '@dest/core';
import { CallStarter, NOTHING_DUE, type Standstill } from './call-starter';
import { describeLane } from './describe-lane';
import { IdleWaiters } from './idle-waiters';
import { LaneBacklog } from './lane-backlog';
import { LaneCalls } from './lane-calls';
import { LaneGear } from './lane-gear';
import type { LaneParts, LaneSettings } from './lane-parts';
import { LaneReporter } from './lane-reporter';
import { laneState } from './lane-state';
import type { LaneState, LaneStatus } from './lane-status';
import { OUTBOX_RETRY_MS } from './outbox-retry';
import { nextTurn } from './turns';
import { WakeTimer } from './wake-timer';
import { withinTime } from './within-time';

/** How long a plugin may take at least to close, in milliseconds: what it has not flushed yet would be lost. */
const MIN_CLOSE_MS = 1_000;

/**
 * Delivers what waits for one destination: what it reads is its backlog, the starter chooses batches, calls deliver them. What
 * goes wrong here stays here; other lanes go on.
 */
export class Lane {
  readonly #parts: LaneParts;
  readonly #timer: WakeTimer;
  readonly #reporter: LaneReporter;
  readonly #calls: LaneCalls;
  readonly #backlog: LaneBacklog;
  readonly #starter: CallStarter;
  readonly #idleWaiters = new IdleWaiters();
  #gear: LaneGear;
  /** Those of earlier configurations that have calls under way. */
  readonly #retiring = new Set<LaneGear>();
  #started = false;
  #pumping = false;
  #pumpAgain = false;
  #standstill: Standstill = { nothingDue: false, starved: false };
  /** For so many reasons nothing may be started yet. */
  #holds = 0;
  #closed = false;

  constructor(parts: LaneParts, settings: LaneSettings) {
    const pump = (): void => this.#pump();
    this.#parts = parts;
    this.#timer = new WakeTimer(parts.steady, pump);
    this.#reporter = new LaneReporter(parts);
    this.#calls = new LaneCalls(parts, this.#reporter, pump);
    this.#gear = new LaneGear(parts, settings);
    this.#backlog = new LaneBacklog(parts, this.#gear);
    this.#starter = new CallStarter({
      parts,
      timer: this.#timer,
      calls: this.#calls,
      backlog: this.#backlog,
      onGateLeft: pump,
    });
  }

  get settings(): LaneSettings {
    return this.#gear.settings;
  }

  get state(): LaneState {
    return this.#closed ? 'closed' : laneState(this.#gear, this.#parts.steady.now());
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
    this.#backlog.window.appended();
    this.#pumpUnlessLingering();
  }

  /** Says that an outbox that several processes share has one for this lane here that it had not, or not in this place. */
  arrived(delivery: StoredDelivery): void {
    if (delivery.replay) return this.expectReplays();
    this.#backlog.window.arrived(delivery);
    // Where order doesn't matter, what waits for a retry is looked for apart.
    if (delivery.dueAt > 0) this.moved();
    else this.#pumpUnlessLingering();
  }

  /** Says that replays may be on their way. */
  expectReplays(): void {
    this.#backlog.replays.expect();
    this.#pump();
  }

  /** Says that the outbox dropped deliveries of this lane. */
  drop(ids: ReadonlySet<string>): void {
    this.#backlog.drop(ids);
    this.#calls.drop(ids);
  }

  /** Says that the outbox moved deliveries of another lane to this one. */
  moved(): void {
    this.#backlog.moved();
    this.#pump();
  }

  /** Says that the outbox dropped all that waits in this lane. */
  clear(): void {
    this.#backlog.clear();
    this.#calls.clear();
  }

  /** Says that a waiting delivery has a newer envelope. */
  replaced(delivery: StoredDelivery): void {
    this.#backlog.window.replaced(delivery);
    this.#pump();
  }

  /** Tries at once, whatever failed before. */
  resume(): void {
    this.#gear.breaker.reset(this.#parts.steady.now());
    this.#backlog.release();
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
    if (this.#gear.delivery.ordering !== before.delivery.ordering) await this.#renewBacklog();
    this.#backlog.window.resize(this.#gear.readAhead);
    this.#backlog.release();
    this.#pump();
    await before.retire();
    this.#retiring.delete(before);
    // What failed meanwhile failed by the old configuration.
    this.#backlog.release();
    this.#pump();
  }

  async status(): Promise<LaneStatus> {
    const { outbox, lane } = this.#parts;
    const size = await outbox.size(lane);
    return describeLane(this.#parts, this.#gear, { state: this.state, inFlight: this.#calls.inFlight, size });
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
    const idle = this.#idleWaiters.wait(untilEmpty);
    this.#pump();
    return idle;
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

  /** What was read ahead is read anew: in between nothing may be under way that would be read as waiting. */
  async #renewBacklog(): Promise<void> {
    const { clock } = this.#parts;
    this.#holds++;
    while (!this.#calls.isQuiet || this.#pumping) {
      await this.#calls.quiet();
      await new Promise<void>((resolve) => void clock.schedule(1, resolve));
    }
    this.#backlog.renew(this.#gear);
    this.#holds--;
  }

  #pumpUnlessLingering(): void {
    const { window } = this.#backlog;
    if (this.#standstill.lingering?.mayBeFull(window.expected, window.unread) !== false) this.#pump();
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
          const { window, replays } = this.#backlog;
          await window.fill();
          await replays.fill();
        }
        this.#start();
        if (this.#standstill.paused === true) await nextTurn();
      } while (this.#mayGoOn);
    } catch (error) {
      this.#reporter.error('The outbox could not be read', error);
      if (!this.#closed) this.#timer.set(this.#parts.steady.now() + OUTBOX_RETRY_MS);
    } finally {
      // In the same turn as the last look at #pumpAgain, so that no call in between is lost.
      this.#pumping = false;
      this.#tellIdle();
    }
  }

  /** Whether there may be more to start at once. */
  get #mayGoOn(): boolean {
    const { starved, paused } = this.#standstill;
    return this.#pumpAgain || paused === true || (starved && this.#backlog.window.widen());
  }

  /** Whether calls may be started, now or later. */
  #delivers(): boolean {
    const { state } = this;
    return this.#started && this.#holds === 0 && state !== 'closed' && state !== 'unavailable' && state !== 'disabled';
  }

  #start(): void {
    this.#standstill = NOTHING_DUE;
    if (this.#delivers()) this.#standstill = this.#starter.start(this.#gear);
  }

  #tellIdle(): void {
    this.#idleWaiters.tell((untilEmpty) => this.#isIdle(untilEmpty));
  }

  #isIdle(untilEmpty: boolean): boolean {
    if (!this.#calls.isQuiet || (this.#holds > 0 && !this.#closed)) return false;
    if (!this.#delivers() || this.#gear.breaker.paused) return true;
    if (this.#backlog.isEmpty) return true;
    return !untilEmpty && this.#standstill.nothingDue && !this.#starter.waitsAtGate;
  }
}

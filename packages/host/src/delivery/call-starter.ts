import type { LaneBacklog } from './lane-backlog';
import type { LaneCalls } from './lane-calls';
import type { LaneGear } from './lane-gear';
import type { LaneParts } from './lane-parts';
import { LingeringBatch } from './lingering-batch';
import { selectBatch, type SelectedBatch } from './select-batch';
import { SLICE } from './turns';
import type { WakeTimer } from './wake-timer';

/** How many may be delivered of which the outbox doesn't know yet. */
const MAX_UNSETTLED = 4_000;

export interface CallStarterOptions {
  readonly parts: LaneParts;
  readonly timer: WakeTimer;
  readonly calls: LaneCalls;
  readonly backlog: LaneBacklog;
  /** Called when the crash gate is left, where something is held back by it. */
  readonly onGateLeft: () => void;
}

/** How a lane is left when no more calls can be started. */
export interface Standstill {
  /** Nothing that was read is due; what waits for a destination that failed is not. */
  readonly nothingDue: boolean;
  /** There are calls to spare, and nothing of what was read can be delivered yet. */
  readonly starved: boolean;
  /** Enough was started for this turn of the event loop: more may be in the next one. */
  readonly paused?: boolean;
  /** What waits for others to fill it. */
  readonly lingering?: LingeringBatch;
}

/** Where nothing was looked at, or nothing may be tried. */
export const NOTHING_DUE: Standstill = { nothingDue: true, starved: false };

/** What one call is chosen by. */
interface Choice {
  readonly gear: LaneGear;
  readonly now: number;
  /** How many it may have. */
  readonly maxItems: number;
}

/** Chooses what a lane delivers next, within its limits, and sets the timer to when there will be more. */
export class CallStarter {
  readonly #options: CallStarterOptions;

  constructor(options: CallStarterOptions) {
    this.#options = options;
  }

  /** Starts the calls that can be started now. */
  start(gear: LaneGear): Standstill {
    const { calls, timer, backlog } = this.#options;
    if (this.#isBlocked(gear)) return NOTHING_DUE;
    const { window } = backlog;
    let nothingDue = true;
    let begun = 0;
    while (this.#mayCall(gear)) {
      if (begun > SLICE) return { nothingDue, starved: false, paused: true };
      const now = this.#now();
      const choice = { gear, now, maxItems: mostItems(gear, now) };
      const { batch, full, nextDueAt } = this.#select(choice);
      const [first] = batch;
      if (first === undefined) {
        if (this.#startReplays(choice)) continue;
        this.#waitUntil(nextDueAt);
        return { nothingDue, starved: !full };
      }
      nothingDue = false;
      const { settings, delivery, maxItems } = gear;
      const lingerUntil = first.waitingSince + delivery.batch.lingerMs;
      if (!full && settings.batches && lingerUntil > now && first.tries === 0) {
        timer.set(lingerUntil);
        const room = { items: maxItems, bytes: delivery.batch.maxBytes };
        return { nothingDue, starved: true, lingering: new LingeringBatch(batch, room) };
      }
      window.take(batch);
      gear.limiter?.take(batch.length, now);
      calls.begin(batch, window, gear);
      begun += batch.length;
    }
    return { nothingDue: false, starved: false };
  }

  /** Whether something is due that is only held back until the crash gate is left. */
  get waitsAtGate(): boolean {
    const { parts, backlog } = this.#options;
    if (!parts.crashGate.isTaken) return false;
    if (backlog.replays.size > 0) return true;
    const now = this.#now();
    for (const { crashes, dueAt } of backlog.window) if (crashes > 0 && dueAt <= now) return true;
    return false;
  }

  #now(): number {
    return this.#options.parts.steady.now();
  }

  #isBlocked({ breaker: { nextTryAt } }: LaneGear): boolean {
    if (nextTryAt <= this.#now()) return false;
    this.#options.timer.set(nextTryAt);
    return true;
  }

  /** Whether one more call may be started now; sets the timer where that is a matter of time. */
  #mayCall({ delivery, breaker, limiter, maxItems }: LaneGear): boolean {
    const { calls, backlog, timer } = this.#options;
    const now = this.#now();
    const most = delivery.ordering === 'strict' ? 1 : breaker.callLimit(now);
    if (calls.active >= most || calls.unsettled >= MAX_UNSETTLED) return false;
    const { expected } = backlog;
    if (limiter === undefined || expected === 0) return true;
    const tokens = limiter.worthwhile(Math.min(breaker.batchLimit(maxItems), expected));
    if (limiter.available(now) >= tokens) return true;
    timer.set(limiter.readyAt(tokens, now));
    return false;
  }

  /** What failed as a probe goes behind what didn't yet. */
  #select(choice: Choice): SelectedBatch {
    const selected = this.#selectDue(choice);
    return selected.batch.length === 0 && choice.gear.breaker.startRound() ? this.#selectDue(choice) : selected;
  }

  #selectDue({ gear, now, maxItems }: Choice): SelectedBatch {
    const { parts, calls, backlog, onGateLeft } = this.#options;
    const { settings, delivery, breaker } = gear;
    const gated = parts.crashGate.isTaken;
    if (gated) parts.crashGate.whenLeft(onGateLeft);
    return selectBatch(backlog.window, {
      now,
      ordering: delivery.ordering,
      maxItems,
      maxBytes: delivery.batch.maxBytes,
      orderedBatches: settings.orderedBatches,
      busyKeys: backlog.window.busyKeys,
      active: calls.active,
      batchSize: (waiting) => calls.batchSize(waiting),
      isHeld: ({ id, crashes }) => (gated && crashes > 0) || breaker.goesBehind(id),
    });
  }

  /** Replays go behind what is live, one call at a time, outside of the order. */
  #startReplays({ gear, now, maxItems }: Choice): boolean {
    const { calls, backlog } = this.#options;
    if (this.#replaysWait) return false;
    const batch = backlog.replays.take(maxItems, gear.delivery.batch.maxBytes);
    if (batch.length === 0) return false;
    gear.limiter?.take(batch.length, now);
    calls.begin(batch, backlog.replays, gear);
    return true;
  }

  /** Whether replays go on only when their call has ended, or the gate is left. */
  get #replaysWait(): boolean {
    const { calls, parts } = this.#options;
    return calls.activeReplays > 0 || parts.crashGate.isTaken;
  }

  #waitUntil(nextDueAt: number | undefined): void {
    const { backlog, timer } = this.#options;
    const { window, replays } = backlog;
    const replaysDueAt = this.#replaysWait ? undefined : replays.nextDueAt;
    const times = [nextDueAt, window.nextDueAt, replaysDueAt].map((time) => time ?? Infinity);
    const next = Math.min(...times);
    if (next < Infinity) timer.set(next);
  }
}

/** How many the next call may have. */
function mostItems({ breaker, limiter, maxItems }: LaneGear, now: number): number {
  return Math.max(1, Math.min(breaker.batchLimit(maxItems), limiter?.available(now) ?? Infinity));
}

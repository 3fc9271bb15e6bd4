import type { DeliveryOptions, Failure } from '@dest/core';
import { backoffDelay, MAX_RETRY_AFTER_MS } from './backoff';
import type { CallOutcome } from './call-destination';
import { askedDelay, isAnswer, reportOf, type CallReport } from './call-report';
import { FailedItems } from './failed-items';
import type { BreakerState } from './lane-status';
import { OutcomeWindow } from './outcome-window';

/** How soon, and at most how seldom, a paused destination is tried again. */
const PROBE = { initialDelayMs: 30_000, maxDelayMs: 300_000 };

/** How many a round of probes remembers; then the next one begins. */
const MAX_ROUND = 10_000;

export interface BreakerOptions {
  readonly retry: DeliveryOptions['retry'];
  readonly breaker: DeliveryOptions['breaker'];
  /** How many calls may be under way at once while all is well. */
  readonly concurrency: number;
}

/**
 * Finds out from the outcomes of calls how a destination is as a whole: when it may be tried, how boldly, and whose fault
 * a failure is. It opens when a call fails as a whole, when distinct items fail in a row, and when many of them fail within
 * a while; one item that fails again and again never opens it. Once the backoff is over, one call of one item probes; with
 * each call that works the number of calls doubles, until it is closed. Nothing is dropped by it, and it never stays open
 * for longer than the largest backoff, or what the destination asked for. Pure: all times are handed in, from one clock
 * that never goes back, in milliseconds.
 */
export class Breaker {
  readonly #options: BreakerOptions;
  /** Infinity: closed. */
  #callsAllowed = Infinity;
  #paused = false;
  /** How often it opened since calls worked while it was closed. */
  #openings = 0;
  #nextTryAt = 0;
  /** Calls that began earlier were under way when it opened. */
  #newsFrom = -Infinity;
  #lastFailure: Failure | undefined;
  readonly #failedInARow = new Set<string>();
  readonly #recent: OutcomeWindow;
  readonly #failedItems = new FailedItems();
  /** What failed in this round of probes. */
  readonly #round = new Set<string>();

  constructor(options: BreakerOptions) {
    this.#options = options;
    this.#recent = new OutcomeWindow(options.breaker.windowMs);
  }

  /** True after a ConfigurationError, until a call works again or `reset`. */
  get paused(): boolean {
    return this.#paused;
  }

  /** When the destination may be tried; 0 where nothing is in the way. */
  get nextTryAt(): number {
    return this.#nextTryAt;
  }

  get lastFailure(): Failure | undefined {
    return this.#lastFailure;
  }

  /** `open`: nothing is tried before `nextTryAt`. `half-open`: a few calls tell whether the destination works again. */
  state(now: number): BreakerState {
    if (this.#isClosed) return 'closed';
    return now < this.#nextTryAt ? 'open' : 'half-open';
  }

  /** How many calls may be under way. */
  callLimit(now: number): number {
    return this.state(now) === 'open' ? 0 : Math.min(this.#options.concurrency, this.#callsAllowed);
  }

  /** How many items a call may have: a probe has one. */
  batchLimit(maxItems: number): number {
    return this.#callsAllowed === 1 ? 1 : maxItems;
  }

  /**
   * Whether others are to be tried before this one: while one item probes, those go first that didn't fail yet. So one that
   * never works doesn't hold them up.
   */
  goesBehind(id: string): boolean {
    return this.#callsAllowed === 1 && this.#round.has(id);
  }

  /** Says that nothing else can be tried, so that nothing goes behind any more. False where nothing did. */
  startRound(): boolean {
    if (this.#round.size === 0) return false;
    this.#round.clear();
    return true;
  }

  /**
   * Takes note of the outcomes of one call. While the breaker isn't closed, a failing item's failure is taken for the
   * destination's, unless others worked since that item failed before: then it is its own, and tells nothing more.
   *
   * @param batch - what was called, in the order of `outcomes`
   * @param startedAt - when the call began
   * @param random - uniform in [0, 1)
   * @returns the outcomes, with the scope of failures that are the destination's put right
   */
  note(
    batch: readonly { readonly id: string }[],
    outcomes: readonly CallOutcome[],
    startedAt: number,
    now: number,
    random: number,
  ): readonly CallOutcome[] {
    if (outcomes.length === 0) return outcomes;
    const report = reportOf(batch, outcomes);
    const wasClosed = this.#isClosed;
    const isLate = !wasClosed && startedAt < this.#newsFrom;
    const own = wasClosed || isLate ? new Set<string>() : this.#noteWorked(batch, report);
    this.#lastFailure = outcomes.findLast((outcome) => outcome !== undefined) ?? this.#lastFailure;
    if (wasClosed) this.#noteClosed(report, now, random);
    else if (isLate) this.#noteLate(report, now, random);
    else this.#noteProbe(report, own, now, random);
    if (wasClosed && this.#isClosed) return outcomes;
    return outcomes.map((outcome, index) =>
      outcome !== undefined && !isAnswer(outcome) && !own.has(batch[index]!.id)
        ? { ...outcome, scope: 'destination' }
        : outcome,
    );
  }

  /** Tries at once: an operator says that the destination works again, or its configuration changed. */
  reset(now: number): void {
    this.#failedInARow.clear();
    this.#recent.clear();
    if (this.#isClosed) return;
    this.#paused = false;
    this.#openings = 0;
    this.#nextTryAt = 0;
    this.#newsFrom = now;
    this.#callsAllowed = 1;
    this.#round.clear();
  }

  get #isClosed(): boolean {
    return this.#callsAllowed === Infinity;
  }

  #noteClosed(report: CallReport, now: number, random: number): void {
    const { failuresInARow } = this.#options.breaker;
    if (report.answered > 0) this.#failedInARow.clear();
    else if (failuresInARow > 0) for (const id of report.failedIds) this.#failedInARow.add(id);
    this.#recent.note(report.answered, report.failedIds, now);
    const manyInARow = failuresInARow > 0 && this.#failedInARow.size >= failuresInARow;
    if (report.whole.length === 0 && !manyInARow && !this.#failsOften(report, now)) {
      // Only now: a probe that worked says nothing of how the destination bears the whole load.
      if (report.answered > 0) this.#openings = 0;
      return;
    }
    this.#failedItems.clear();
    this.#failedItems.noteFailed(this.#failedInARow);
    this.#failedItems.noteFailed(report.failedIds);
    this.#open(report, now, random);
  }

  /** Calls that were under way when one failed tell no more than that one did, but for what they ask for. */
  #noteLate(report: CallReport, now: number, random: number): void {
    if (!this.#paused && report.whole.some(({ retry }) => retry === 'configuration')) {
      this.#open(report, now, random);
      return;
    }
    const asked = askedDelay(report.whole);
    if (asked > 0) this.#nextTryAt = Math.max(this.#nextTryAt, now + Math.min(asked, MAX_RETRY_AFTER_MS));
  }

  #noteProbe(report: CallReport, own: ReadonlySet<string>, now: number, random: number): void {
    const news = report.failedIds.filter((id) => !own.has(id));
    this.#recent.note(report.answered, news, now);
    this.#failedItems.noteFailed(report.failedIds);
    const failed = report.whole.length > 0 || (report.answered === 0 && news.length > 0);
    if (failed || this.#failsOften(report, now)) this.#open(report, now, random);
    else if (report.answered > 0) this.#ramp();
  }

  #ramp(): void {
    this.#paused = false;
    this.#nextTryAt = 0;
    this.#round.clear();
    this.#callsAllowed *= 2;
    if (this.#callsAllowed >= this.#options.concurrency) this.#callsAllowed = Infinity;
  }

  #open({ whole, single, answered, failedIds }: CallReport, now: number, random: number): void {
    if (!this.#paused && whole.some(({ retry }) => retry === 'configuration')) {
      this.#paused = true;
      this.#openings = 0;
    }
    this.#openings++;
    // Where others were answered, what one item was asked to wait is that item's.
    const asked = askedDelay(answered > 0 ? whole : [...whole, ...single]);
    // A probe of what is paused is not a competition: at least half of its delay passes.
    const [bounds, part] = this.#paused ? [PROBE, 0.5 + random / 2] : [this.#options.retry, random];
    this.#nextTryAt = now + Math.max(1, backoffDelay(this.#openings, bounds, part, asked));
    this.#newsFrom = this.#nextTryAt;
    this.#callsAllowed = 1;
    if (this.#round.size + failedIds.length > MAX_ROUND) this.#round.clear();
    for (const id of failedIds) this.#round.add(id);
    this.#failedInARow.clear();
    this.#recent.clear();
  }

  #failsOften({ failedIds }: CallReport, now: number): boolean {
    const { failureRate, minimumOutcomes } = this.#options.breaker;
    if (failureRate === 0 || failedIds.length === 0) return false;
    const { outcomes, failures } = this.#recent.count(now);
    return outcomes >= minimumOutcomes && failures >= failureRate * outcomes;
  }

  /**
   * Notes what worked in a call. Returns which items failed by their own fault: alone or beside one that worked, after
   * others worked since they failed before.
   */
  #noteWorked(batch: readonly { readonly id: string }[], { answered, whole, failedIds }: CallReport): Set<string> {
    this.#failedItems.noteWorked(answered);
    if (whole.length > 0 || (batch.length > 1 && answered === 0)) return new Set();
    return new Set(failedIds.filter((id) => this.#failedItems.othersWorkedSince(id)));
  }
}

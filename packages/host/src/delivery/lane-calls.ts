import type { LoadedDelivery, Settlement, StoredDelivery } from '@dest/core';
import { attempt, type Attempt } from './attempt';
import type { LaneGear } from './lane-gear';
import type { LaneParts, LaneSettings } from './lane-parts';
import { type LaneReporter } from './lane-reporter';
import { OUTBOX_RETRY_MS } from './outbox-retry';
import { Settler } from './settler';
import { Suspects } from './suspects';
import { between, inSlices } from './turns';

/** Where a batch was taken from, and retries go back to. Retries have their time by the steady clock. */
export interface BatchSource {
  /** It is decided what becomes of a batch. Returns ids of those that were replaced or dropped meanwhile: it is void for them. */
  settled(settlements: readonly Settlement[]): ReadonlySet<string>;
  /** And the outbox knows it. */
  noted(settlements: readonly Settlement[]): void;
  /** Whether the outbox dropped one since it was taken, or has another version of it. */
  isOutdated(id: string): boolean;
  /** Nothing was tried, nor is the outbox told; again at that time of the steady clock. */
  notTried(batch: readonly StoredDelivery[], dueAt: number): void;
}

/** What became of a batch. */
interface Settling {
  readonly settlements: readonly Settlement[];
  readonly loaded: ReadonlyMap<string, LoadedDelivery>;
  readonly superseded: ReadonlySet<string>;
}

/** The calls of a lane that are under way, and what the outbox was told of and has not yet. */
export class LaneCalls {
  readonly #parts: LaneParts;
  readonly #onEnd: () => void;
  readonly #reporter: LaneReporter;
  readonly #settler: Settler;
  readonly #suspects = new Suspects();
  readonly #calls = new Set<Promise<void>>();
  readonly #settling = new Set<Promise<void>>();
  #inFlight = 0;
  #replays = 0;

  /** @param onEnd - called whenever a call ended, or the outbox noted what became of one */
  constructor(parts: LaneParts, reporter: LaneReporter, onEnd: () => void) {
    const { lane, outbox, clock, logger } = parts;
    this.#parts = parts;
    this.#onEnd = onEnd;
    this.#reporter = reporter;
    this.#settler = new Settler({ destination: lane.destination, outbox, clock, logger });
  }

  /** How many calls are under way. */
  get active(): number {
    return this.#calls.size;
  }

  /** How many of them are replays. */
  get activeReplays(): number {
    return this.#replays;
  }

  /** How many deliveries they have. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** How many deliveries were called of which the outbox doesn't know yet. */
  get unsettled(): number {
    return this.#settler.pending;
  }

  get isQuiet(): boolean {
    return this.#calls.size === 0 && this.#settling.size === 0;
  }

  /** The largest batch that a delivery may be in. */
  batchSize(delivery: StoredDelivery): number {
    return delivery.crashes > 0 ? 1 : this.#suspects.batchSize(delivery);
  }

  /** Says that the outbox dropped deliveries. */
  drop(ids: Iterable<string>): void {
    for (const id of ids) this.#suspects.forget(id);
  }

  /** Says that the outbox dropped all that waits. */
  clear(): void {
    this.#suspects.clear();
  }

  /** Begins to deliver a batch. */
  begin(batch: readonly StoredDelivery[], source: BatchSource, gear: LaneGear): void {
    const { crashGate, outbox } = this.#parts;
    const replay = batch[0]?.replay === true;
    const gated = batch.some(({ crashes }) => crashes > 0);
    if (gated) crashGate.take();
    if (replay) this.#replays++;
    this.#inFlight += batch.length;
    outbox.started(batch);
    const call = this.#deliver(batch, source, gear).finally(() => {
      if (replay) this.#replays--;
      this.#inFlight -= batch.length;
      this.#calls.delete(call);
      if (gated) crashGate.leave();
      this.#onEnd();
    });
    this.#calls.add(call);
    gear.track(call);
  }

  /** Resolves when the calls have ended that are under way now. */
  async callsEnd(): Promise<void> {
    await Promise.all(this.#calls);
  }

  /** Resolves when nothing is under way, and the outbox knows of everything. */
  async quiet(): Promise<void> {
    while (!this.isQuiet) await Promise.all([...this.#calls, ...this.#settling]);
  }

  /** Gives up what the outbox still doesn't take. */
  close(): void {
    this.#settler.close();
  }

  /** Never rejects. */
  async #deliver(batch: readonly StoredDelivery[], source: BatchSource, gear: LaneGear): Promise<void> {
    try {
      const tried = await attempt(batch, { parts: this.#parts, gear, suspects: this.#suspects });
      const { turned } = tried;
      const settlements = this.#withoutLost(tried, source);
      const loaded = this.#reporter.needed(settlements, tried.loaded);
      await between(settlements.length);
      if (turned !== undefined) this.#reporter.health(turned, gear.breaker);
      const superseded = source.settled(settlements);
      // At once: a newer version of the same delivery may be called before the outbox has noted this one.
      this.drop(superseded);
      // Not awaited: the next call needn't wait until this one is on disk.
      const settling = this.#settle({ settlements, loaded, superseded }, source, gear.settings).finally(() => {
        this.#settling.delete(settling);
        this.#onEnd();
      });
      this.#settling.add(settling);
    } catch (error) {
      this.#reporter.error('The outbox could not be read', error);
      source.notTried(batch, this.#parts.steady.now() + OUTBOX_RETRY_MS);
    }
  }

  /**
   * An outbox that several processes share may let go of a delivery that was about to be loaded: that is no damage, and it may
   * be here again by now.
   */
  #withoutLost({ settlements, loaded }: Attempt, source: BatchSource): readonly Settlement[] {
    const { outbox, steady } = this.#parts;
    if (outbox.watch === undefined || settlements.length === loaded.size) return settlements;
    const lost = settlements.filter(({ delivery: { id } }) => !loaded.has(id) && source.isOutdated(id));
    if (lost.length === 0) return settlements;
    source.notTried(
      lost.map(({ delivery }) => delivery),
      steady.now(),
    );
    return settlements.filter((settlement) => !lost.includes(settlement));
  }

  async #settle(
    { settlements, loaded, superseded }: Settling,
    source: BatchSource,
    { pluginVersion }: LaneSettings,
  ): Promise<void> {
    const { clock, steady } = this.#parts;
    const settledAt = clock.now();
    const walled = settlements.map(({ delivery, outcome }): Settlement => {
      const version = outcome.status === 'failed' && pluginVersion !== undefined ? { pluginVersion } : {};
      if (outcome.status !== 'retry') return { delivery, outcome, settledAt, ...version };
      return { delivery, outcome: { ...outcome, dueAt: Math.ceil(steady.toWall(outcome.dueAt)) }, settledAt };
    });
    if (!(await this.#settler.settle(walled))) return;
    source.noted(settlements);
    await inSlices(walled, (settlement) => {
      const { id } = settlement.delivery;
      if (settlement.outcome.status !== 'retry' && !superseded.has(id)) this.#suspects.forget(id);
      this.#reporter.settled(settlement, loaded.get(id), superseded.has(id));
    });
  }
}

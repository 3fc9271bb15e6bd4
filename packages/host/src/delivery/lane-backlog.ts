import type { LaneGear } from './lane-gear';
import type { LaneParts } from './lane-parts';
import { LaneWindow } from './lane-window';
import { ReplayFeed } from './replay-feed';

/** How many replays to read ahead of the calls. */
const REPLAYS_AHEAD = 1_000;

/** What waits for a destination, as far as its lane has read it: what is live, and replays, which are outside of the order. */
export class LaneBacklog {
  readonly replays: ReplayFeed;
  readonly #parts: LaneParts;
  #window: LaneWindow;

  constructor(parts: LaneParts, gear: LaneGear) {
    const { lane, outbox, steady } = parts;
    this.#parts = parts;
    this.replays = new ReplayFeed({ lane, outbox, clock: steady, capacity: REPLAYS_AHEAD });
    this.#window = this.#newWindow(gear);
  }

  /** What is live; another one after `renew`. */
  get window(): LaneWindow {
    return this.#window;
  }

  get isEmpty(): boolean {
    return this.#window.isEmpty && this.replays.isEmpty;
  }

  /** How many wait and may be due. */
  get expected(): number {
    return this.#window.expected + this.replays.size;
  }

  /** Reads anew what is live. Nothing of it may be under way: it would be read as waiting. */
  renew(gear: LaneGear): void {
    this.#window = this.#newWindow(gear);
  }

  /** Says that the outbox dropped deliveries of this lane. */
  drop(ids: ReadonlySet<string>): void {
    this.#window.drop(ids);
    this.replays.drop(ids);
  }

  /** Says that the outbox moved deliveries of another lane to this one. */
  moved(): void {
    this.#window.moved();
    this.replays.expect();
  }

  /** Says that the outbox dropped all that waits in this lane. */
  clear(): void {
    this.#window.clear();
    this.replays.clear();
  }

  /** Makes everything due that waits for its time. */
  release(): void {
    this.#window.release();
    this.replays.release();
  }

  #newWindow({ delivery, readAhead }: LaneGear): LaneWindow {
    const { lane, outbox, steady } = this.#parts;
    return new LaneWindow({ lane, outbox, clock: steady, capacity: readAhead, ordered: delivery.ordering !== 'none' });
  }
}

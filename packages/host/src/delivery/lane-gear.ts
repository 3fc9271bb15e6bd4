import type { DeliveryOptions } from '@dest/core';
import { Breaker } from './breaker';
import { DestinationCaller } from './destination-caller';
import { CLOSE_TIMEOUT_MS } from './instance-slot';
import type { LaneParts, LaneSettings } from './lane-parts';
import { RateLimiter } from './rate-limiter';

/** How many deliveries to read ahead of the calls. */
const READ_AHEAD = { least: 1_000, most: 10_000 };

/** What a lane works with until it is configured anew: made of one configuration, so that no two are ever mixed. */
export class LaneGear {
  readonly settings: LaneSettings;
  readonly delivery: DeliveryOptions;
  readonly caller: DestinationCaller;
  readonly breaker: Breaker;
  readonly limiter: RateLimiter | undefined;
  /** How many deliveries a call may have. */
  readonly maxItems: number;
  /** How many to read ahead: two calls' worth; a larger call is read for as it comes. */
  readonly readAhead: number;
  readonly #calls = new Set<Promise<void>>();

  constructor({ clock, steady, logger }: LaneParts, settings: LaneSettings) {
    const { compiled } = settings.configured;
    const { delivery } = compiled.destination;
    const { rateLimit, batch, retry, breaker } = delivery;
    this.settings = settings;
    this.delivery = delivery;
    const limiter = rateLimit === undefined ? undefined : new RateLimiter(rateLimit);
    this.limiter = limiter;
    this.caller = new DestinationCaller({
      compiled,
      create: settings.create,
      clock,
      logger,
      redact: settings.redact,
      reserve: limiter && ((count) => limiter.reserve(count, steady.now()) - steady.now()),
    });
    this.breaker = new Breaker({ retry, breaker, concurrency: delivery.concurrency });
    this.maxItems = settings.batches ? batch.maxItems : 1;
    this.readAhead = Math.max(READ_AHEAD.least, Math.min(this.maxItems * 2, READ_AHEAD.most));
  }

  /** Takes note of a call that uses this. */
  track(call: Promise<void>): void {
    this.#calls.add(call);
    void call.finally(() => this.#calls.delete(call));
  }

  /** Closes the instance when the calls have ended that began with it. Never rejects. */
  async retire(): Promise<void> {
    while (this.#calls.size > 0) await Promise.all(this.#calls);
    await this.caller.close(CLOSE_TIMEOUT_MS);
  }
}

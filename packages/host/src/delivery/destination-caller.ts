import { failureOf, type Clock, type CompiledDestination, type Logger, type LoadedDelivery } from '@dest/core';
import type { DestinationInterface, Failure } from '@dest/core';
import { setMaxListeners } from 'node:events';
import { callDestination, type CallOutcome } from './call-destination';
import { delayed } from './delayed';
import { InstanceSlot, type OpenInstance } from './instance-slot';

export interface DestinationCallerOptions {
  readonly compiled: CompiledDestination;
  readonly create: () => DestinationInterface;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Hides the secrets of the configuration: a plugin may put one into its error. */
  readonly redact: (text: string) => string;
  /** Takes so many more into the rate limit. Returns after how many milliseconds they may be started. */
  readonly reserve?: ((count: number) => number) | undefined;
}

/** What became of a batch. */
export interface CallResult {
  /** One per delivery, in order. */
  readonly outcomes: readonly CallOutcome[];
  /** False where not even an instance could be opened, so that nothing can have arrived. */
  readonly tried: boolean;
}

/** Calls a destination's instance: opened when first needed, closed and made anew when it overran a deadline. */
export class DestinationCaller {
  readonly #options: DestinationCallerOptions;
  readonly #slot: InstanceSlot;
  readonly #shutdown = new AbortController();
  /** Cancels the timer that ends waiting for plugins that close. */
  #stopWaiting: (() => void) | undefined;

  constructor(options: DestinationCallerOptions) {
    this.#options = options;
    const { compiled, create, clock, logger } = options;
    const { id, delivery } = compiled.destination;
    const shutdown = this.#shutdown.signal;
    // Each call under way listens to it, and there may be a thousand: that is no leak.
    setMaxListeners(0, shutdown);
    this.#slot = new InstanceSlot({ create, name: id, openTimeoutMs: delivery.timeoutMs, clock, logger, shutdown });
  }

  /** Never rejects. */
  async call(batch: readonly LoadedDelivery[]): Promise<CallResult> {
    const { outcomes, tried } = await this.#call(batch);
    const { redact } = this.#options;
    const redacted = new Map<CallOutcome, CallOutcome>();
    for (const outcome of outcomes) {
      if (outcome === undefined || redacted.has(outcome)) continue;
      redacted.set(outcome, redactFailure(outcome, redact));
    }
    return { outcomes: outcomes.map((outcome) => redacted.get(outcome)), tried };
  }

  async #call(batch: readonly LoadedDelivery[]): Promise<CallResult> {
    const { compiled, clock, logger } = this.#options;
    let open: OpenInstance;
    try {
      open = await this.#slot.acquire();
    } catch (error) {
      const { retry, ...rest } = failureOf(error);
      // An instance that can't be opened is no item's fault.
      const failure: Failure = {
        ...rest,
        scope: 'destination',
        retry: retry === 'permanent' ? 'configuration' : retry,
      };
      return { outcomes: batch.map(() => failure), tried: false };
    }
    const end = open.begin();
    const { timeoutMs } = compiled.destination.delivery;
    const shutdown = this.#shutdown.signal;
    const { reserve } = this.#options;
    const admitAgain =
      reserve === undefined ? undefined : (count: number) => delayed(clock, reserve(count), this.#shutdown.signal);
    const options = { compiled, timeoutMs, clock, logger, shutdown, admitAgain };
    let outcomes: readonly CallOutcome[];
    try {
      outcomes = await callDestination(open.instance, batch, options);
    } finally {
      end();
    }
    if (outcomes.some((outcome) => outcome?.code === 'DEADLINE_EXCEEDED')) await this.#slot.retire(open);
    return { outcomes, tried: true };
  }

  /**
   * Cuts off what is under way: its outcome is that the host closes.
   *
   * @param closeMs - how long the plugin may take from now on to close instances
   */
  cutOff(closeMs: number): void {
    this.#shutdown.abort();
    // Later than the deadline of a close that begins now: that one says for how long it was waited.
    this.#stopWaiting ??= this.#options.clock.schedule(closeMs + 1, () => this.#slot.cutOffClosing());
  }

  /**
   * Closes the instance. Never rejects.
   *
   * @param timeoutMs - how long the plugin may take
   */
  async close(timeoutMs: number): Promise<void> {
    await this.#slot.close(timeoutMs);
    this.#stopWaiting?.();
  }
}

/** A failure without the secrets of the configuration. */
export function redactFailure(failure: Failure, redact: (text: string) => string): Failure {
  const { code, message, causes } = failure;
  const redactedCauses = causes?.map((cause) => ({
    ...(cause.code === undefined ? {} : { code: redact(cause.code) }),
    message: redact(cause.message),
  }));
  return {
    ...failure,
    code: redact(code),
    message: redact(message),
    ...(redactedCauses === undefined ? {} : { causes: redactedCauses }),
  };
}

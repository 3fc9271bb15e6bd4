import { messageOf, type Clock, type DestinationInterface, type LifecycleContext, type Logger } from '@dest/core';
import { withDeadline } from './with-deadline';

/** How long a plugin may take at most to close, in milliseconds. */
export const CLOSE_TIMEOUT_MS = 10_000;

export interface InstanceSlotOptions {
  readonly create: () => DestinationInterface;
  /** What messages call it. */
  readonly name: string;
  readonly openTimeoutMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Aborted when the host closes and waits no longer. */
  readonly shutdown: AbortSignal;
}

/** An instance that is open, and the calls it is busy with. */
export interface OpenInstance {
  readonly instance: DestinationInterface;
  /** Counts a call; returns what ends it. */
  begin(): () => void;
}

/** Holds the one instance of a destination: makes and opens it when first needed, and a new one after a retirement. */
export class InstanceSlot {
  readonly #options: InstanceSlotOptions;
  #current: Promise<Holder> | undefined;
  /** Aborted when no plugin may take longer to close. */
  readonly #closingEnds = new AbortController();

  constructor(options: InstanceSlotOptions) {
    this.#options = options;
  }

  /** The open instance. What making or opening it throws goes to everybody who waits; the next to ask tries again. */
  acquire(): Promise<OpenInstance> {
    if (this.#current === undefined) {
      const opening = this.#open();
      this.#current = opening;
      opening.catch(() => {
        if (this.#current === opening) this.#current = undefined;
      });
    }
    return this.#current;
  }

  /** Closes an instance once its other calls have ended; the next `acquire` makes a new one. */
  async retire(retired: OpenInstance): Promise<void> {
    const current = await this.#current?.catch(() => undefined);
    if (current === retired) this.#current = undefined;
    await (retired as Holder).retire(() => this.#close((retired as Holder).instance));
  }

  /** Closes what is open. Never throws, and ends whatever the plugin does. */
  async close(timeoutMs: number): Promise<void> {
    const current = await this.#current?.catch(() => undefined);
    this.#current = undefined;
    if (current !== undefined) await this.#close(current.instance, Math.min(timeoutMs, CLOSE_TIMEOUT_MS));
  }

  /** Waits no longer for plugins that take their time to close. */
  cutOffClosing(): void {
    this.#closingEnds.abort();
  }

  async #open(): Promise<Holder> {
    const { create, name, openTimeoutMs, clock, shutdown } = this.#options;
    const instance = create();
    try {
      if (typeof instance.open === 'function') {
        await withDeadline(
          clock,
          openTimeoutMs,
          `open() of ${name}`,
          (signal) => instance.open!(this.#context(signal)),
          shutdown,
        );
      }
      return new Holder(instance);
    } catch (error) {
      await this.#close(instance);
      throw error;
    }
  }

  async #close(instance: DestinationInterface, timeoutMs = CLOSE_TIMEOUT_MS): Promise<void> {
    const { name, clock, logger } = this.#options;
    if (typeof instance.close !== 'function') return;
    try {
      const ends = this.#closingEnds.signal;
      await withDeadline(clock, timeoutMs, `close() of ${name}`, () => instance.close!(), ends);
    } catch (error) {
      logger.warn(`close() of ${name} failed: ${messageOf(error)}`, { destination: name });
    }
  }

  #context(signal: AbortSignal): LifecycleContext {
    const { clock, logger } = this.#options;
    return { signal, logger, now: () => clock.now() };
  }
}

class Holder implements OpenInstance {
  readonly instance: DestinationInterface;
  #calls = 0;
  #ended: (() => void) | undefined;
  #retirement: Promise<void> | undefined;

  constructor(instance: DestinationInterface) {
    this.instance = instance;
  }

  begin(): () => void {
    this.#calls++;
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.#calls--;
      if (this.#calls === 0) this.#ended?.();
    };
  }

  retire(close: () => Promise<void>): Promise<void> {
    this.#retirement ??= new Promise<void>((resolve) => {
      this.#ended = resolve;
      if (this.#calls === 0) resolve();
    }).then(close);
    return this.#retirement;
  }
}

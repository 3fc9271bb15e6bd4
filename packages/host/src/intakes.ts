import { messageOf, type Clock, type Envelope, type Intake, type Logger } from '@dest/core';
import { withDeadline } from './delivery/with-deadline';
import type { DispatchOptions } from './dispatch-envelope';
import type { Receipt } from './receipt';

export interface IntakesParts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Takes in what an intake hands in. */
  readonly dispatch: (envelope: Envelope, options: DispatchOptions) => Promise<Receipt>;
}

/** The intakes that a host was given. */
export class Intakes {
  readonly #parts: IntakesParts;
  readonly #intakes: Intake[] = [];

  constructor(parts: IntakesParts) {
    this.#parts = parts;
  }

  /** @throws what the intake's `start` throws */
  async start(intake: Intake): Promise<void> {
    this.#intakes.push(intake);
    await intake.start(({ envelope, fallbackId, source }) =>
      this.#parts.dispatch(envelope as Envelope, {
        ...(fallbackId === undefined ? {} : { fallbackId }),
        ...(source === undefined ? {} : { source }),
      }),
    );
  }

  /**
   * Closes them all. Never rejects.
   *
   * @param timeoutMs - how long each may take
   */
  async close(timeoutMs: number): Promise<void> {
    const { clock, logger } = this.#parts;
    const closing = this.#intakes.map((intake) =>
      withDeadline(clock, timeoutMs, 'close() of an intake', () => intake.close()),
    );
    for (const closed of await Promise.allSettled(closing)) {
      if (closed.status === 'rejected') logger.warn(`An intake did not close: ${messageOf(closed.reason)}`);
    }
  }
}

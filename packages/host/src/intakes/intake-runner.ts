import {
  failureOf,
  messageOf,
  TransientError,
  type Accept,
  type Clock,
  type Failure,
  type IntakeContext,
  type IntakeInterface,
  type IntakeMessage,
  type IntakeReceipt,
  type Logger,
} from '@dest/core';
import type { ConfiguredIntake } from '../application/application';
import { backoffDelay } from '../delivery/backoff';
import { delayed } from '../delivery/delayed';
import { withDeadline } from '../delivery/with-deadline';
import { withinTime } from '../delivery/within-time';
import { dispatchMessage, type Dispatch } from './dispatch-message';
import type { IntakeState, IntakeStatus } from './intake-status';

/** How long starting, checking and, unless the host has less time, closing may take, in milliseconds. */
export const INTAKE_TIMEOUT_MS = 30_000;

const BACKOFF = { initialDelayMs: 500, maxDelayMs: 60_000 };

/** After what doesn't mend itself. */
const PROBE_MS = 60_000;

export interface IntakeRunnerParts {
  readonly configured: ConfiguredIntake;
  readonly create: () => IntakeInterface;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly dispatch: Dispatch;
}

/** One instance, from its making to its end. */
interface Attempt {
  instance?: IntakeInterface;
  started: boolean;
  /** Nothing that it hands in or reports counts any more. */
  over: boolean;
  /** What it reported before `start` resolved. */
  problem?: unknown;
}

/** Keeps one configured intake going: makes and starts its instance, again and again until it is there, and closes it. */
export class IntakeRunner {
  readonly #parts: IntakeRunnerParts;
  readonly #closing = new AbortController();
  readonly #counts = { accepted: 0, duplicates: 0, refused: 0 };
  #state: IntakeState = 'starting';
  #failure: Pick<Failure, 'code' | 'message'> | undefined;
  #attempt: Attempt | undefined;
  #running: Promise<void> = Promise.resolve();
  #closed: Promise<void> | undefined;

  constructor(parts: IntakeRunnerParts) {
    this.#parts = parts;
    const { intake, resource, issues } = parts.configured;
    const [issue] = issues;
    if (!intake.enabled || resource?.enabled === false) this.#state = 'disabled';
    // It was told with the other issues; a reload that mends it has another runner.
    else if (issue !== undefined) this.#set('failed', issue);
  }

  get status(): IntakeStatus {
    const { id, package: name } = this.#parts.configured.intake;
    const failure = this.#failure === undefined ? {} : { failure: this.#failure };
    return { id, package: name, state: this.#state, ...failure, ...this.#counts };
  }

  /** @param after - what has to be over before: an earlier instance of the same intake */
  start(after: Promise<unknown> = Promise.resolve()): void {
    if (this.#state === 'starting') this.#running = this.#run(after);
  }

  /**
   * Closes it. Never rejects. Safe twice.
   *
   * @param timeoutMs - how long the plugin may take
   */
  close(timeoutMs: number): Promise<void> {
    this.#closed ??= this.#close(timeoutMs);
    return this.#closed;
  }

  async #run(after: Promise<unknown>): Promise<void> {
    const { clock, random } = this.#parts;
    await after;
    for (let failures = 1; !this.#closing.signal.aborted; failures++) {
      const failure = await this.#try();
      if (failure === undefined || this.#closing.signal.aborted) return;
      this.#failed(failure);
      const { retry, retryAfterMs } = failure;
      const delayMs = retry === 'transient' ? backoffDelay(failures, BACKOFF, random(), retryAfterMs) : PROBE_MS;
      await delayed(clock, delayMs, this.#closing.signal);
    }
  }

  /** Makes and starts an instance. Returns what keeps it from that. */
  async #try(): Promise<Failure | undefined> {
    const { create, clock } = this.#parts;
    const attempt: Attempt = { started: false, over: false };
    const accept: Accept = (message) => (attempt.over ? Promise.reject(this.#over()) : this.#accept(message));
    const start = async (signal: AbortSignal): Promise<void> =>
      attempt.instance!.start(accept, this.#context(attempt, signal));
    try {
      attempt.instance = create();
      await withDeadline(clock, INTAKE_TIMEOUT_MS, `start() of ${this.#name}`, start, this.#closing.signal);
      attempt.started = true;
      this.#attempt = attempt;
      this.#tell(attempt.problem);
      return undefined;
    } catch (error) {
      await this.#end(attempt, INTAKE_TIMEOUT_MS);
      return failureOf(error);
    }
  }

  #context(attempt: Attempt, signal: AbortSignal): IntakeContext {
    const { clock, logger } = this.#parts;
    const report = (problem: unknown): void => {
      if (attempt.over || this.#closing.signal.aborted) return;
      if (attempt.started) this.#tell(problem);
      else attempt.problem = problem;
    };
    return { signal, logger, now: () => clock.now(), report };
  }

  async #accept(message: IntakeMessage): Promise<IntakeReceipt> {
    try {
      const receipt = await dispatchMessage(this.#parts.dispatch, message);
      if (receipt.duplicate) this.#counts.duplicates++;
      // Else it comes again, and counts then.
      else if (receipt.owed.length === 0) this.#counts.accepted++;
      return receipt;
    } catch (error) {
      if (failureOf(error).retry === 'permanent') this.#counts.refused++;
      throw error;
    }
  }

  #tell(problem: unknown): void {
    if (problem !== undefined) {
      this.#failed(failureOf(problem));
      return;
    }
    if (this.#failure !== undefined) this.#log('info', `${this.#name} takes in again`);
    this.#set('running');
  }

  /** Told once for each change. */
  #failed({ code, message }: Failure): void {
    const known = this.#failure;
    this.#set('failed', { code, message });
    if (known?.code === code && known.message === message) return;
    this.#log('warn', `nothing comes in by ${this.#name}, and it is tried again: ${message}`, { code });
  }

  async #close(timeoutMs: number): Promise<void> {
    this.#closing.abort();
    await withinTime(this.#parts.clock, timeoutMs, this.#running);
    if (this.#attempt !== undefined) await this.#end(this.#attempt, timeoutMs);
    this.#set('closed');
  }

  async #end(attempt: Attempt, timeoutMs: number): Promise<void> {
    const { instance } = attempt;
    try {
      // What fails to start hands nothing in; what worked may still hand in what it has begun with.
      if (!attempt.started) attempt.over = true;
      if (instance === undefined) return;
      await withDeadline(this.#parts.clock, timeoutMs, `close() of ${this.#name}`, () => instance.close());
    } catch (error) {
      this.#log('warn', `${this.#name} did not close: ${messageOf(error)}`);
    } finally {
      attempt.over = true;
    }
  }

  #set(state: IntakeState, failure?: Pick<Failure, 'code' | 'message'>): void {
    this.#state = state;
    this.#failure = failure === undefined ? undefined : { code: failure.code, message: failure.message };
  }

  #log(level: 'info' | 'warn', message: string, fields: object = {}): void {
    const { id } = this.#parts.configured.intake;
    this.#parts.logger[level](
      message.replace(/^./, (first) => first.toUpperCase()),
      { intake: id, ...fields },
    );
  }

  get #name(): string {
    return `intake ${this.#parts.configured.intake.id}`;
  }

  #over(): TransientError {
    return new TransientError(`The ${this.#name} is not open, and hands nothing in.`, { code: 'INTAKE_CLOSED' });
  }
}

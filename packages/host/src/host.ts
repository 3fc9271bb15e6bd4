import type {
  Clock,
  DeadLetter,
  DeadLetterFilter,
  Envelope,
  Intake,
  LaneIdentity,
  LoadedDeadLetter,
  Logger,
  Outbox,
  ReplayReceipt,
} from '@dest/core';
import type { Application } from './application/application';
import type { ChangedApplication } from './application/changed-application';
import type { KnownSecrets } from './application/known-secrets';
import { redactValue } from './application/redact-value';
import { ApplicationInUse } from './application-in-use';
import { runUnattributedAsync } from './containment/attribution';
import type { HostFaults } from './containment/host-faults';
import type { DeadLetterPage, ForgetReport, HostControl, ReloadReport } from './control/host-control';
import { CrashGate } from './delivery/crash-gate';
import { LaneLosses } from './delivery/lane-losses';
import { LaneSet } from './delivery/lane-set';
import type { DeliveryObserver, LaneStatus } from './delivery/lane-status';
import { OrphanedLanes } from './delivery/orphaned-lanes';
import { SteadyClock } from './delivery/steady-clock';
import { withinTime } from './delivery/within-time';
import { dispatchEnvelope, type DispatchOptions } from './dispatch-envelope';
import { acceptParsed, acceptToWrite, type WrittenEnvelope } from './envelope/accept-envelope';
import { TextMemory } from './envelope/text-memory';
import { forgetPerson } from './forget-person';
import { hostClosed } from './host-closed';
import type { IntakeStatus } from './intakes/intake-status';
import { Intakes } from './intakes/intakes';
import { outboxListener } from './outbox-listener';
import type { Receipt } from './receipt';

export interface HostParts {
  readonly application: Application;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly secrets: KnownSecrets;
  readonly faults: HostFaults;
  readonly observer: DeliveryObserver | undefined;
  /** False: nothing is delivered. */
  readonly deliver: boolean;
  /** Reads the configuration again. */
  readonly loadChanged: (current: Application) => Promise<ChangedApplication>;
}

export interface DrainOptions {
  /** Also wait for what waits for a retry, until its lane is empty or paused. Default: false. */
  readonly waitForRetries?: boolean;
  /** How long to wait at most, in milliseconds. Default: for ever. */
  readonly timeoutMs?: number;
}

/** Takes envelopes in and delivers them to the configured destinations. Made by `startHost`. */
export class Host implements HostControl {
  readonly #parts: HostParts;
  readonly #lanes: LaneSet;
  readonly #losses: LaneLosses;
  readonly #orphans: OrphanedLanes;
  readonly #intakes: Intakes;
  readonly #inUse: ApplicationInUse;
  readonly #memory = new TextMemory();
  #reloading: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;
  #left: readonly LaneStatus[] | undefined;

  constructor(parts: HostParts) {
    const { application, clock, logger, deliver } = parts;
    this.#parts = parts;
    this.#losses = new LaneLosses(clock, logger);
    const shared = { steady: new SteadyClock(clock), losses: this.#losses, crashGate: new CrashGate() };
    const lanes = new LaneSet({ ...parts, ...shared }, deliver);
    this.#lanes = lanes;
    this.#orphans = new OrphanedLanes({ ...parts, lanes });
    const intakes = new Intakes({ ...parts, dispatch: (envelope, options) => this.dispatch(envelope, options) });
    this.#intakes = intakes;
    this.#inUse = new ApplicationInUse(application, { ...parts, lanes, intakes });
    lanes.take(application);
    parts.outbox.watch?.(outboxListener(lanes, this.#losses));
  }

  /** The configuration in use, with its plugins: another one after a reload. */
  get application(): Application {
    return this.#inUse.current;
  }

  /** Takes the secrets of the configuration, and of those before it, out of a text. */
  redact(text: string): string {
    return this.#parts.secrets.redact(text);
  }

  /**
   * Takes an envelope in. Resolves when the outbox has it and a copy for every destination that receives it.
   *
   * @throws PermanentError `ENVELOPE_INVALID`, `JSON_CYCLE` or `JSON_TOO_DEEP`; TransientError `HOST_CLOSED`, or what the
   *   outbox throws, such as `OUTBOX_DISK_FULL`: nothing is kept then
   */
  dispatch(input: Envelope, options: DispatchOptions = {}): Promise<Receipt> {
    // A plugin may dispatch as well; what that sets off is not its own.
    return runUnattributedAsync(() => this.#dispatch(() => acceptToWrite(input, options.fallbackId), options));
  }

  /**
   * The same for what JSON.parse gave, which is not copied: it is nobody else's from now on, and must not be changed.
   *
   * @param json - the text that it was parsed from, as UTF-8; not held
   * @throws PermanentError `ENVELOPE_INVALID` or `JSON_TOO_DEEP`; TransientError as `dispatch`
   */
  dispatchParsed(input: Envelope, json: Buffer, options: DispatchOptions = {}): Promise<Receipt> {
    return runUnattributedAsync(() => this.#dispatch(() => acceptParsed(input, json, options.fallbackId), options));
  }

  #dispatch(accept: () => WrittenEnvelope, options: DispatchOptions): Promise<Receipt> {
    if (this.#closing !== undefined) return Promise.reject(hostClosed());
    const { outbox, clock } = this.#parts;
    const { router } = this.application;
    const parts = { router, lanes: this.#lanes, losses: this.#losses, outbox, clock, memory: this.#memory };
    try {
      return dispatchEnvelope(accept(), options, parts);
    } catch (error) {
      const why = error as Error;
      return Promise.reject(why);
    }
  }

  /**
   * Takes in what an intake hands in, until the host closes: that closes the intake first.
   *
   * @throws what the intake's `start` throws
   */
  startIntake(intake: Intake): Promise<void> {
    return this.#intakes.start(intake);
  }

  /** Starts the intakes of the configuration, and from then on those of what a reload takes. */
  startConfiguredIntakes(): void {
    this.#intakes.begin(this.application);
  }

  /** How each intake of the configuration is. */
  intakes(): readonly IntakeStatus[] {
    return redactValue(this.#intakes.status(), (text) => this.redact(text)) as readonly IntakeStatus[];
  }

  /** How each lane is; once the host is closed, how it was left. */
  lanes(): Promise<readonly LaneStatus[]> {
    if (this.#left !== undefined) return Promise.resolve(this.#left);
    return this.#lanes.status();
  }

  resume(destination: string): Promise<void> {
    return Promise.resolve().then(() => this.#lanes.need(destination).lane.resume());
  }

  moveLane(from: LaneIdentity, destination: string): Promise<number> {
    return this.#orphans.move(from, destination);
  }

  dropLane(lane: LaneIdentity): Promise<number> {
    return this.#orphans.drop(lane);
  }

  listDeadLetters(filter: DeadLetterFilter, page: DeadLetterPage): Promise<readonly DeadLetter[]> {
    return this.#parts.outbox.deadLetters(filter, page);
  }

  countDeadLetters(filter: DeadLetterFilter): Promise<number> {
    return this.#parts.outbox.countDeadLetters(filter);
  }

  showDeadLetter(id: string): Promise<LoadedDeadLetter | undefined> {
    return this.#parts.outbox.deadLetter(id);
  }

  async dropDeadLetters(filter: DeadLetterFilter): Promise<number> {
    const { outbox, logger } = this.#parts;
    const dropped = await outbox.dropDeadLetters(filter);
    logger.warn(`${dropped} dead letters were dropped`, { dropped });
    return dropped;
  }

  async replayDeadLetters(filter: DeadLetterFilter): Promise<ReplayReceipt> {
    const entries = [...this.#lanes.entries];
    const receipt = await this.#parts.outbox.replayDeadLetters(
      filter,
      entries.map(({ identity }) => identity),
    );
    if (receipt.replayed > 0) for (const { lane } of entries) lane.expectReplays();
    return receipt;
  }

  forget(profileId: string): Promise<ForgetReport> {
    return forgetPerson(profileId, { ...this.#parts, lanes: this.#lanes });
  }

  async countQuarantined(): Promise<number> {
    return (await this.#parts.outbox.countQuarantined?.()) ?? 0;
  }

  reload(): Promise<ReloadReport> {
    const report = this.#reloading.then(() => {
      if (this.#closing !== undefined) throw hostClosed();
      return this.#inUse.reload();
    });
    this.#reloading = report.catch(() => undefined);
    return report;
  }

  /** Says that replays that were asked for before the start may still be on their way. */
  expectReplays(): void {
    for (const { lane } of this.#lanes.entries) lane.expectReplays();
  }

  /** Drops what waits for destinations that are switched off, where their configuration says so. */
  dropDisabled(): Promise<void> {
    return this.#lanes.dropDisabled();
  }

  /** Resolves when every lane is empty, paused, unavailable or waiting for a retry; `false` where time was up before. */
  async drain(options: DrainOptions = {}): Promise<boolean> {
    const { clock } = this.#parts;
    const lanes = [...this.#lanes.entries];
    const idle = Promise.all(lanes.map(({ lane }) => lane.idle(options.waitForRetries === true)));
    if (options.timeoutMs === undefined) return idle.then(() => true);
    return withinTime(clock, options.timeoutMs, idle);
  }

  /**
   * Takes nothing more in, delivers what is due until `shutdownMs` are over, closes every destination. What isn't delivered
   * by then stays in the outbox. Safe twice.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /**
   * Says that the process is about to end at once, on purpose: what is under way counts as tried, and not as what crashed
   * it. Synchronous; to be called right before `process.exit`.
   */
  abandon(): void {
    this.#parts.outbox.ending?.();
  }

  async #close(): Promise<void> {
    const { outbox, clock, deliver } = this.#parts;
    const { shutdownMs } = this.application.configuration;
    const until = clock.now() + shutdownMs;
    await this.#intakes.close(shutdownMs);
    await this.#reloading;
    const remaining = (): number => Math.max(0, Math.min(shutdownMs, until - clock.now()));
    // Each by itself: one that hangs takes nothing from the time that the others have to close.
    const ending = Array.from(this.#lanes.entries, async ({ lane }) => {
      if (deliver) await withinTime(clock, remaining(), lane.idle(false));
      await lane.close(remaining());
    });
    await Promise.all(ending);
    await this.#lanes.ended();
    this.#losses.close();
    await this.#inUse.close();
    // An outbox that failed for good can't tell.
    this.#left = await this.#lanes.status().catch(() => []);
    try {
      await outbox.close();
    } finally {
      // What was rejected in a close() and awaited by nobody is told a turn later.
      await new Promise((resolve) => setImmediate(resolve));
      this.#parts.faults.close();
    }
  }
}

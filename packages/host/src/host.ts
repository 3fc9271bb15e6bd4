import {
  deepFreeze,
  messageOf,
  PermanentError,
  scopeOf,
  TransientError,
  type Clock,
  type DeadLetter,
  type DeadLetterFilter,
  type Envelope,
  type Intake,
  type LaneIdentity,
  type LoadedDeadLetter,
  type Logger,
  type NewDelivery,
  type Outbox,
  type ReplayReceipt,
  type Selection,
} from '@dest/core';
import type { Application } from './application/application';
import type { ChangedApplication } from './application/changed-application';
import type { KnownSecrets } from './application/known-secrets';
import type { DeadLetterPage, ForgetReport, HostControl, ReloadReport } from './control/host-control';
import { runUnattributedAsync } from './containment/attribution';
import type { HostFaults } from './containment/host-faults';
import { CrashGate } from './delivery/crash-gate';
import { LaneLosses } from './delivery/lane-losses';
import { LaneSet, type LaneEntry } from './delivery/lane-set';
import type { DeliveryObserver, LaneStatus } from './delivery/lane-status';
import { SteadyClock } from './delivery/steady-clock';
import { withDeadline } from './delivery/with-deadline';
import { withinTime } from './delivery/within-time';
import { acceptEnvelope } from './envelope/accept-envelope';
import { checkProfileId, forgetAtDestination } from './forget-person';
import { skippedOf, type Receipt } from './receipt';

export interface HostParts {
  readonly application: Application;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly secrets: KnownSecrets;
  readonly faults: HostFaults;
  readonly observer: DeliveryObserver;
  /** False: nothing is delivered. */
  readonly deliver: boolean;
  /** Reads the configuration again. */
  readonly loadChanged: (current: Application) => Promise<ChangedApplication>;
}

export interface DispatchOptions {
  /** The id of an envelope that has none of its own, nor has its event: what the intake knows it by. */
  readonly fallbackId?: string;
  /** The source of an envelope whose event names none. */
  readonly source?: string;
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
  readonly #intakes: Intake[] = [];
  #application: Application;
  /** Those that are not closed: the one in use, and earlier ones that lanes still have an instance of. */
  readonly #open: Set<Application>;
  #reloading: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(parts: HostParts) {
    this.#application = parts.application;
    this.#open = new Set([parts.application]);
    this.#parts = parts;
    const { clock } = parts;
    const steady = new SteadyClock(clock);
    const losses = new LaneLosses(clock, parts.logger);
    this.#losses = losses;
    this.#lanes = new LaneSet({ ...parts, steady, losses, crashGate: new CrashGate() }, parts.deliver);
    this.#lanes.take(parts.application);
  }

  /** The configuration in use, with its plugins: another one after a reload. */
  get application(): Application {
    return this.#application;
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
    return runUnattributedAsync(() => this.#dispatch(input, options));
  }

  async #dispatch(input: Envelope, options: DispatchOptions): Promise<Receipt> {
    this.#refuseWhenClosed();
    const { outbox, clock } = this.#parts;
    const { router } = this.#application;
    const { id, envelope } = acceptEnvelope(input, options.fallbackId);
    // All destinations, and all retries, see the same objects.
    deepFreeze(envelope);
    const acceptedAt = clock.now();
    const routeOptions = { now: acceptedAt, ...(options.source === undefined ? {} : { source: options.source }) };
    const copies = router.select(envelope, routeOptions).map((selection) => this.#copy(selection, envelope));
    const receipt = await outbox.append({ id, envelope, acceptedAt }, copies);
    const { duplicate, deliveries, refused, dropped, coalesced } = receipt;
    for (const { id: delivery, destination } of dropped) {
      this.#losses.droppedWhenFull(destination, delivery);
      this.#lanes.get(destination)?.lane.drop(new Set([delivery]));
    }
    for (const { destination } of refused) this.#losses.refused(destination);
    this.#lanes.appended(deliveries, coalesced);
    return {
      id,
      duplicate,
      deliveries,
      // Worked out when it is looked at: of a thousand destinations most skip, and few ask why.
      get skipped() {
        return duplicate ? [] : skippedOf(router, envelope, routeOptions);
      },
      refused,
    };
  }

  /**
   * Takes in what an intake hands in, until the host closes: that closes the intake first.
   *
   * @throws what the intake's `start` throws
   */
  async startIntake(intake: Intake): Promise<void> {
    this.#intakes.push(intake);
    await intake.start(({ envelope, fallbackId, source }) =>
      this.dispatch(envelope as Envelope, {
        ...(fallbackId === undefined ? {} : { fallbackId }),
        ...(source === undefined ? {} : { source }),
      }),
    );
  }

  lanes(): Promise<readonly LaneStatus[]> {
    return this.#lanes.status();
  }

  resume(destination: string): Promise<void> {
    return settled(() => this.#lanes.need(destination).lane.resume());
  }

  async moveLane(from: LaneIdentity, destination: string): Promise<number> {
    const { outbox } = this.#parts;
    await this.#orphanAtRest(from);
    const { identity, lane } = this.#lanes.need(destination);
    if (identity.debug !== from.debug) {
      const side = from.debug ? 'test' : 'production';
      const message = `What waits in the lane of ${from.destination} is for ${side} credentials, and ${destination} uses the others.`;
      throw new PermanentError(message, { code: 'LANE_DEBUG_DIFFERS' });
    }
    const moved = await outbox.moveLane(from, identity);
    lane.moved();
    return moved;
  }

  async dropLane(lane: LaneIdentity): Promise<number> {
    await this.#orphanAtRest(lane);
    const { outbox, logger } = this.#parts;
    const dropped = await outbox.dropLane(lane);
    logger.warn(`${dropped} deliveries of an orphaned lane were dropped`, { ...lane, dropped });
    return dropped;
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

  async forget(profileId: string): Promise<ForgetReport> {
    checkProfileId(profileId);
    const { outbox, clock, logger } = this.#parts;
    const { deliveries, ...removed } = await outbox.forget(profileId);
    const ids = new Set(deliveries.map(({ id }) => id));
    const entries = [...this.#lanes.entries];
    for (const { lane } of entries) lane.drop(ids);
    // What is under way can't be called back: it must not arrive after the other side has erased the person.
    await this.#lanes.callsEnd();
    const destinations = await Promise.all(
      entries.map((entry) => forgetAtDestination(entry, profileId, { clock, logger })),
    );
    return { profile: profileId, ...removed, deliveries: deliveries.length, destinations };
  }

  reload(): Promise<ReloadReport> {
    const report = this.#reloading.then(() => this.#reload());
    this.#reloading = report.catch(() => undefined);
    return report;
  }

  /** Says that replays that were asked for before the start may still be on their way. */
  expectReplays(): void {
    for (const { lane } of this.#lanes.entries) lane.expectReplays();
  }

  /** Drops what waits for destinations that are switched off, where their configuration says so. */
  async dropDisabled(): Promise<void> {
    const { outbox, logger } = this.#parts;
    for (const { identity, lane, configured } of this.#lanes.entries) {
      if (lane.state !== 'disabled' || configured.compiled.destination.delivery.whenDisabled !== 'drop') continue;
      const dropped = await outbox.dropLane(identity);
      lane.clear();
      if (dropped === 0) continue;
      const { destination } = identity;
      this.#losses.dropped(destination, dropped);
      logger.warn(`${dropped} deliveries of ${destination} were dropped: it is switched off`, { destination, dropped });
    }
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
    const { outbox, clock, logger, deliver } = this.#parts;
    const { shutdownMs } = this.#application.configuration;
    const until = clock.now() + shutdownMs;
    const closing = this.#intakes.map((intake) =>
      withDeadline(clock, shutdownMs, 'close() of an intake', () => intake.close()),
    );
    for (const closed of await Promise.allSettled(closing)) {
      if (closed.status === 'rejected') logger.warn(`An intake did not close: ${messageOf(closed.reason)}`);
    }
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
    await Promise.all([...this.#open].map((application) => application.close()));
    try {
      await outbox.close();
    } finally {
      // What was rejected in a close() and awaited by nobody is told a turn later.
      await new Promise((resolve) => setImmediate(resolve));
      this.#parts.faults.close();
    }
  }

  async #reload(): Promise<ReloadReport> {
    this.#refuseWhenClosed();
    const { logger } = this.#parts;
    const before = this.#application;
    const { application, issues } = await this.#parts.loadChanged(before);
    if (application === undefined) return { taken: false, issues, added: [], changed: [], removed: [] };
    this.#application = application;
    this.#open.add(application);
    this.#parts.secrets.learn(application);
    this.#parts.faults.watch(application, (text) => this.redact(text));
    const changes = this.#lanes.take(application);
    await this.dropDisabled();
    logger.info('The configuration was read again', { ...changes });
    void this.#lanes.ended().then(() => this.#closeUnused());
    return { taken: true, issues, ...changes };
  }

  /** Closes the applications that no lane has an instance of any more. */
  async #closeUnused(): Promise<void> {
    const used = new Set([this.#application, ...Array.from(this.#lanes.entries, ({ application }) => application)]);
    const unused = [...this.#open].filter((application) => !used.has(application));
    for (const application of unused) this.#open.delete(application);
    await Promise.all(unused.map((application) => application.close()));
  }

  #refuseWhenClosed(): void {
    if (this.#closing === undefined) return;
    throw new TransientError('The host is closed and takes nothing more in.', { code: 'HOST_CLOSED' });
  }

  /** Resolves when nothing is under way any more that the lane began while it was configured. */
  async #orphanAtRest(lane: LaneIdentity): Promise<void> {
    this.#needOrphan(lane);
    await this.#lanes.closed(lane);
    // A reload may have brought it back meanwhile.
    this.#needOrphan(lane);
  }

  #needOrphan(lane: LaneIdentity): void {
    if (this.#lanes.fitting(lane) === undefined) return;
    const message = `The lane ${JSON.stringify(lane)} is in use: a configured destination delivers what waits in it.`;
    throw new PermanentError(message, { code: 'LANE_NOT_ORPHANED' });
  }

  #copy({ compiled, kind, changes }: Selection, envelope: Envelope): NewDelivery {
    const { identity, limit } = this.#lanes.get(compiled.destination.id) as LaneEntry;
    const key = compiled.key.get(scopeOf(envelope));
    return {
      lane: identity,
      limit,
      kind,
      ...(key === undefined || key === null ? {} : { key: typeof key === 'string' ? key : JSON.stringify(key) }),
      ...(changes === undefined ? {} : { changes }),
      ...(kind === 'profile' && compiled.destination.delivery.coalesce === 'latest' ? { coalesce: true } : {}),
    };
  }
}

/** What a function does, as a promise that also has what it throws. */
async function settled(run: () => void): Promise<void> {
  await Promise.resolve();
  run();
}

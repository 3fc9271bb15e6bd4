import {
  scopeOf,
  deepFreeze,
  TransientError,
  type Clock,
  type DestinationInterface,
  messageOf,
  type Envelope,
  type Intake,
  type Logger,
  type NewDelivery,
  type Outbox,
  type RouteOptions,
  type Router,
  type Selection,
  type SkipReason,
} from '@dest/core';
import type { Application, ConfiguredDestination } from './application/application';
import { Lane } from './delivery/lane';
import { withDeadline } from './delivery/with-deadline';
import type { DeliveryObserver, LaneStatus } from './delivery/lane-status';
import { acceptEnvelope } from './envelope/accept-envelope';
import type { Receipt } from './receipt';

export interface HostParts {
  readonly application: Application;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly observer: DeliveryObserver;
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
export class Host {
  readonly application: Application;
  readonly #parts: HostParts;
  readonly #lanes = new Map<string, Lane>();
  readonly #destinations = new Map<string, ConfiguredDestination>();
  readonly #intakes: Intake[] = [];
  #closing: Promise<void> | undefined;

  constructor(parts: HostParts) {
    this.application = parts.application;
    this.#parts = parts;
    for (const configured of parts.application.destinations) {
      const { id } = configured.compiled.destination;
      this.#destinations.set(id, configured);
      this.#lanes.set(id, this.#lane(configured));
    }
  }

  /**
   * Takes an envelope in. Resolves when the outbox has it and a copy for every destination that receives it.
   *
   * @throws PermanentError `ENVELOPE_INVALID`, `JSON_CYCLE` or `JSON_TOO_DEEP`; TransientError `HOST_CLOSED`
   */
  async dispatch(input: Envelope, options: DispatchOptions = {}): Promise<Receipt> {
    if (this.#closing !== undefined) {
      throw new TransientError('The host is closed and takes nothing more in.', { code: 'HOST_CLOSED' });
    }
    const { application, outbox, clock, logger } = this.#parts;
    const { id, envelope } = acceptEnvelope(input, options.fallbackId);
    // All destinations, and all retries, see the same objects.
    deepFreeze(envelope);
    const acceptedAt = clock.now();
    const routeOptions = { now: acceptedAt, ...(options.source === undefined ? {} : { source: options.source }) };
    const copies = application.router
      .select(envelope, routeOptions)
      .map((selection) => this.#copy(selection, envelope));
    const accepted = { id, envelope, acceptedAt };
    const receipt = await outbox.append(accepted, copies, (destination) => this.#limitOf(destination));
    for (const { id: dropped, destination } of receipt.dropped) {
      logger.warn(`A delivery of ${destination} was dropped: its lane is full`, { destination, delivery: dropped });
      this.#lanes.get(destination)?.drop(new Set([dropped]));
    }
    for (const { destination } of receipt.deliveries) this.#lanes.get(destination)?.wake();
    const { duplicate, deliveries, refused } = receipt;
    return {
      id,
      duplicate,
      deliveries,
      // Worked out when it is looked at: of a thousand destinations most skip, and few ask why.
      get skipped() {
        return duplicate ? [] : skippedOf(application.router, envelope, routeOptions);
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

  /** How each destination's lane is doing, in the configuration's order. */
  lanes(): Promise<readonly LaneStatus[]> {
    return Promise.all([...this.#lanes.values()].map((lane) => lane.status()));
  }

  /** Resolves when every lane is empty, paused, unavailable or waiting for a retry; `false` where time was up before. */
  async drain(options: DrainOptions = {}): Promise<boolean> {
    const { clock } = this.#parts;
    const idle = Promise.all([...this.#lanes.values()].map((lane) => lane.idle(options.waitForRetries === true)));
    if (options.timeoutMs === undefined) return idle.then(() => true);
    let cancel = (): void => undefined;
    const { timeoutMs } = options;
    const expired = new Promise<false>((resolve) => (cancel = clock.schedule(timeoutMs, () => resolve(false))));
    const drained = await Promise.race([idle.then(() => true), expired]);
    cancel();
    return drained;
  }

  /** Takes nothing more in, ends what is under way, closes every destination. Safe twice. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { application, outbox, clock, logger } = this.#parts;
    const { shutdownMs } = application.configuration;
    const closing = this.#intakes.map((intake) =>
      withDeadline(clock, shutdownMs, 'close() of an intake', () => intake.close()),
    );
    for (const closed of await Promise.allSettled(closing)) {
      if (closed.status === 'rejected') logger.warn(`An intake did not close: ${messageOf(closed.reason)}`);
    }
    await Promise.all([...this.#lanes.values()].map((lane) => lane.close(shutdownMs)));
    await application.close();
    await outbox.close();
  }

  #lane(configured: ConfiguredDestination): Lane {
    const { outbox, clock, random, logger, observer } = this.#parts;
    const { registry, configuration } = this.application;
    const { destination } = configured.compiled;
    const registered = registry.has(destination.package) ? registry.resolve(destination.package) : undefined;
    const prototype = registered?.class.prototype as Partial<DestinationInterface> | undefined;
    return new Lane({
      configured,
      create: () => registry.create({ debug: configuration.debug, resource: configured.resource, destination }),
      batches: typeof prototype?.dispatchBatch === 'function',
      orderedBatches: registered?.orderedBatches ?? false,
      outbox,
      clock,
      random,
      logger,
      redact: this.application.redact,
      observer,
    });
  }

  #copy({ compiled, kind, changes }: Selection, envelope: Envelope): NewDelivery {
    const { id, package: name } = compiled.destination;
    const key = compiled.key.get(scopeOf(envelope));
    return {
      destination: id,
      package: name,
      debug: this.application.configuration.debug,
      kind,
      ...(key === undefined || key === null ? {} : { key: typeof key === 'string' ? key : JSON.stringify(key) }),
      ...(changes === undefined ? {} : { changes }),
    };
  }

  #limitOf(id: string): { maxBytes: number; whenFull: 'reject' | 'drop-oldest' } {
    const configured = this.#destinations.get(id) as ConfiguredDestination;
    return configured.compiled.destination.delivery;
  }
}

function skippedOf(router: Router, envelope: Envelope, options: RouteOptions): Receipt['skipped'] {
  const skipped: { destination: string; reason: SkipReason }[] = [];
  for (const { compiled, reason } of router.route(envelope, options)) {
    if (reason !== 'matched') skipped.push({ destination: compiled.destination.id, reason });
  }
  return skipped;
}

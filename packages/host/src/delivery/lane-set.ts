import { PermanentError, type LaneIdentity, type LaneLimit, type StoredDelivery } from '@dest/core';
import type { Application, ConfiguredDestination } from '../application/application';
import type { ReloadChanges } from '../control/host-control';
import { laneKey } from '@dest/core/outbox';
import { describeOrphan } from './describe-orphan';
import { Lane } from './lane';
import { laneIdentity } from './lane-identity';
import type { LaneParts } from './lane-parts';
import { isSameDestination, laneSettings } from './lane-settings';
import type { LaneStatus } from './lane-status';

/** A configured destination and its lane. */
export interface LaneEntry {
  readonly configured: ConfiguredDestination;
  readonly identity: LaneIdentity;
  readonly limit: LaneLimit;
  readonly lane: Lane;
  /** The application that its instance was made by. */
  readonly application: Application;
}

/** The lanes of the configured destinations. */
export class LaneSet {
  readonly #parts: Omit<LaneParts, 'lane'>;
  /** Whether lanes deliver. */
  readonly #deliver: boolean;
  #entries = new Map<string, LaneEntry>();
  /** What still ends of earlier configurations. */
  readonly #ending = new Set<Promise<void>>();
  /** Lanes that are being closed, by the key of their identity: two at once would deliver the same. */
  readonly #closing = new Map<string, Promise<void>>();
  /** The same lanes: what they have under way goes on. */
  readonly #retired = new Set<LaneEntry>();

  constructor(parts: Omit<LaneParts, 'lane'>, deliver: boolean) {
    this.#parts = parts;
    this.#deliver = deliver;
  }

  get entries(): Iterable<LaneEntry> {
    return this.#entries.values();
  }

  get(destination: string): LaneEntry | undefined {
    return this.#entries.get(destination);
  }

  /** @throws PermanentError `DESTINATION_UNKNOWN` */
  need(destination: string): LaneEntry {
    const entry = this.#entries.get(destination);
    if (entry !== undefined) return entry;
    const known = [...this.#entries.keys()].join(', ') || 'none';
    throw new PermanentError(`There is no destination ${destination} in the configuration; there are: ${known}.`, {
      code: 'DESTINATION_UNKNOWN',
    });
  }

  /** The lane of deliveries with this identity, where one is configured. */
  fitting(identity: LaneIdentity): Lane | undefined {
    const entry = this.#entries.get(identity.destination);
    return entry !== undefined && laneKey(entry.identity) === laneKey(identity) ? entry.lane : undefined;
  }

  /** Says what an append did to lanes. */
  appended(deliveries: readonly { readonly destination: string }[], coalesced: readonly StoredDelivery[]): void {
    for (const { destination } of deliveries) {
      if (!coalesced.some(({ lane }) => lane.destination === destination)) this.#entries.get(destination)?.lane.wake();
    }
    for (const delivery of coalesced) this.fitting(delivery.lane)?.replaced(delivery);
  }

  /**
   * Takes an application: lanes of destinations that are the same go on untouched, those that changed go on with the new
   * configuration, the others end.
   */
  take(application: Application): ReloadChanges {
    const before = this.#entries;
    this.#entries = new Map();
    const added: string[] = [];
    const changed: string[] = [];
    for (const configured of application.destinations) {
      const { id } = configured.compiled.destination;
      const old = before.get(id);
      before.delete(id);
      const entry = this.#entryOf(configured, application, old);
      this.#entries.set(id, entry);
      if (old === undefined) added.push(id);
      else if (entry.application === application) changed.push(id);
    }
    for (const entry of before.values()) this.#close(entry, application);
    return { added, changed, removed: [...before.keys()] };
  }

  /** Resolves when no call is under way any more that a lane with this identity began which is no longer configured. */
  async closed(identity: LaneIdentity): Promise<void> {
    await this.#closing.get(laneKey(identity));
  }

  /** Resolves when the calls have ended that are under way now, those of lanes that are being closed included. */
  async callsEnd(): Promise<void> {
    await Promise.all([...this.#entries.values(), ...this.#retired].map(({ lane }) => lane.callsEnd()));
  }

  /** Resolves when what earlier configurations began has ended. */
  async ended(): Promise<void> {
    while (this.#ending.size > 0) await Promise.all(this.#ending);
  }

  async status(): Promise<readonly LaneStatus[]> {
    const { outbox, clock } = this.#parts;
    const lanes = await Promise.all(
      [...this.#entries.values()].map(async ({ identity, lane }) => {
        const status = await lane.status();
        return { ...status, inFlight: status.inFlight + this.#retiredInFlight(identity) };
      }),
    );
    const known = new Set([...this.#entries.values()].map(({ identity }) => laneKey(identity)));
    const orphans = (await outbox.lanes()).filter(({ lane }) => !known.has(laneKey(lane)));
    return [
      ...lanes,
      ...orphans.map(({ lane, size }) => {
        const configured = this.#entries.get(lane.destination)?.identity;
        return describeOrphan({ lane, size, inFlight: this.#retiredInFlight(lane), configured }, clock.now());
      }),
    ];
  }

  /** Drops what waits for destinations that are switched off, where their configuration says so. */
  async dropDisabled(): Promise<void> {
    const { outbox, losses, logger } = this.#parts;
    for (const { identity, lane, configured } of this.#entries.values()) {
      if (lane.state !== 'disabled' || configured.compiled.destination.delivery.whenDisabled !== 'drop') continue;
      const dropped = await outbox.dropLane(identity);
      lane.clear();
      if (dropped === 0) continue;
      const { destination } = identity;
      losses.dropped(destination, dropped);
      logger.warn(`${dropped} deliveries of ${destination} were dropped: it is switched off`, { destination, dropped });
    }
  }

  /** What lanes of this identity still have under way that are being closed. */
  #retiredInFlight(identity: LaneIdentity): number {
    const fitting = [...this.#retired].filter((retired) => laneKey(retired.identity) === laneKey(identity));
    return fitting.reduce((sum, { lane }) => sum + lane.inFlight, 0);
  }

  #entryOf(configured: ConfiguredDestination, application: Application, old: LaneEntry | undefined): LaneEntry {
    const { destination } = configured.compiled;
    const { maxBytes, whenFull } = destination.delivery;
    const identity = laneIdentity(destination, application.configuration.debug);
    const limit = { maxBytes, whenFull };
    const settings = laneSettings({ configured, application }, this.#parts.faults);
    if (old !== undefined && laneKey(old.identity) === laneKey(identity)) {
      if (isSameDestination(old, { configured, application })) return { ...old, configured };
      this.#end(old.lane.reconfigure(settings));
      return { configured, identity: old.identity, limit, lane: old.lane, application };
    }
    if (old !== undefined) this.#close(old, application);
    const lane = new Lane({ ...this.#parts, lane: identity }, settings);
    if (this.#deliver) lane.start(this.#closing.get(laneKey(identity)));
    return { configured, identity, limit, lane, application };
  }

  #close(entry: LaneEntry, { configuration }: Application): void {
    const { identity, lane } = entry;
    const key = laneKey(identity);
    const earlier = this.#closing.get(key) ?? Promise.resolve();
    this.#retired.add(entry);
    const closing: Promise<void> = Promise.all([earlier, lane.close(configuration.shutdownMs)]).then(() => {
      this.#retired.delete(entry);
      if (this.#closing.get(key) === closing) this.#closing.delete(key);
    });
    this.#closing.set(key, closing);
    this.#end(closing);
  }

  #end(ending: Promise<void>): void {
    const tracked: Promise<void> = ending.finally(() => this.#ending.delete(tracked));
    this.#ending.add(tracked);
  }
}

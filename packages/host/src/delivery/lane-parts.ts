import type { Clock, DestinationInterface, LaneIdentity, Logger, Outbox } from '@dest/core';
import type { ConfiguredDestination } from '../application/application';
import type { HostFaults } from '../containment/host-faults';
import type { CrashGate } from './crash-gate';
import type { LaneLosses } from './lane-losses';
import type { DeliveryObserver } from './lane-status';
import type { SteadyClock } from './steady-clock';

/** What a lane is made of, for as long as it lives. */
export interface LaneParts {
  readonly lane: LaneIdentity;
  readonly outbox: Outbox;
  /** The wall clock: what is stored, and what plugins see. */
  readonly clock: Clock;
  /** What is waited by. */
  readonly steady: SteadyClock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly observer: DeliveryObserver | undefined;
  readonly crashGate: CrashGate;
  readonly faults: HostFaults;
  readonly losses: LaneLosses;
}

/** What a lane takes from the configuration. */
export interface LaneSettings {
  readonly configured: ConfiguredDestination;
  readonly create: () => DestinationInterface;
  /** The class has `dispatchBatch`. */
  readonly batches: boolean;
  /** What the class declares: batches keep their order. */
  readonly orderedBatches: boolean;
  readonly pluginVersion?: string;
  /** False where it, or its resource, is switched off. */
  readonly enabled: boolean;
  /** Hides the secrets of the configuration. */
  readonly redact: (text: string) => string;
}

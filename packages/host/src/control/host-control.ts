import type { DeadLetter, DeadLetterFilter, Failure, LaneIdentity, LoadedDeadLetter, ReplayReceipt } from '@dest/core';
import type { ConfigurationIssue } from '../configuration/configuration-issue';
import type { LaneStatus } from '../delivery/lane-status';

/** What forgetting a person did at one destination. */
export interface DestinationForgetting {
  readonly destination: string;
  /** `unsupported`: the destination type has no way to erase a person; the other side has to be asked otherwise. */
  readonly outcome: 'forgotten' | 'unsupported' | 'failed';
  readonly failure?: Failure;
}

/** What forgetting a person did. */
export interface ForgetReport {
  readonly profile: string;
  /** How many waiting deliveries, dead letters and stored envelopes were removed. */
  readonly deliveries: number;
  readonly deadLetters: number;
  readonly envelopes: number;
  /** Damaged records that were set aside and held something of the person. */
  readonly quarantined: number;
  /** Files that may hold something of the person and can't be searched: to be looked at by hand. */
  readonly unsearched: readonly string[];
  readonly destinations: readonly DestinationForgetting[];
}

/** What taking another configuration changed; ids. */
export interface ReloadChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** What a reload did: the changes are those of destinations. */
export interface ReloadReport extends ReloadChanges {
  /** False where the new configuration is refused; the old one stays. */
  readonly taken: boolean;
  readonly issues: readonly ConfigurationIssue[];
  /** Absent where no intake changed. */
  readonly intakes?: ReloadChanges;
}

/** A part of a list of dead letters. */
export interface DeadLetterPage {
  /** Only those after this id. */
  readonly after?: string;
  readonly limit: number;
}

/**
 * What an operator can do with a host: by the host itself, or from another process through its control socket.
 * Everything is plain JSON.
 */
export interface HostControl {
  /** How each destination's lane is doing, in the configuration's order, then the orphaned lanes. */
  lanes(): Promise<readonly LaneStatus[]>;
  /**
   * Tries a destination at once that is paused, backing off or behind an open breaker.
   *
   * @throws PermanentError `DESTINATION_UNKNOWN`
   */
  resume(destination: string): Promise<void>;
  /**
   * Puts all that waits in an orphaned lane at the end of a destination's own. Returns how many.
   *
   * @throws PermanentError `DESTINATION_UNKNOWN`; `LANE_NOT_ORPHANED` for a lane that is in use; `LANE_DEBUG_DIFFERS` where test
   *   and production would mix
   */
  moveLane(lane: LaneIdentity, destination: string): Promise<number>;
  /** Removes all that waits in an orphaned lane. Returns how many. @throws PermanentError `LANE_NOT_ORPHANED` */
  dropLane(lane: LaneIdentity): Promise<number>;
  /** Dead letters, oldest first. */
  listDeadLetters(filter: DeadLetterFilter, page: DeadLetterPage): Promise<readonly DeadLetter[]>;
  countDeadLetters(filter: DeadLetterFilter): Promise<number>;
  showDeadLetter(id: string): Promise<LoadedDeadLetter | undefined>;
  /** Removes dead letters for good. Returns how many. */
  dropDeadLetters(filter: DeadLetterFilter): Promise<number>;
  /** Delivers dead letters again, behind live traffic, by the mapping of today. */
  replayDeadLetters(filter: DeadLetterFilter): Promise<ReplayReceipt>;
  /**
   * Erases a person: from lanes, dead letters and the file itself, and at every destination that has a way to.
   *
   * @throws PermanentError `PROFILE_ID_MISSING` for an empty or blank id
   */
  forget(profileId: string): Promise<ForgetReport>;
  /** How many damaged records of the outbox are set aside: they are not delivered. */
  countQuarantined(): Promise<number>;
  /** Reads the configuration again, validates it whole, runs its tests, and takes it where all is well. */
  reload(): Promise<ReloadReport>;
}

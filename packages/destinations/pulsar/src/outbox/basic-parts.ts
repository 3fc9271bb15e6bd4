import type { Clock } from '@dest/core';
import type { Arrivals } from './arrivals';
import type { DeadLetters } from './dead-letters';
import type { Feeds } from './feeds';
import type { HeldDeliveries } from './held-deliveries';
import type { Journal } from './journal';
import type { JournalState } from './journal-state';
import type { Numbers } from './numbers';
import type { PendingAppends } from './pending-appends';
import type { Publisher } from './publisher';

/** What keeps an outbox. */
export interface BasicParts {
  readonly run: string;
  readonly clock: Clock;
  readonly numbers: Numbers;
  readonly state: JournalState;
  readonly journal: Journal;
  readonly letters: DeadLetters;
  readonly held: HeldDeliveries;
  readonly arrivals: Arrivals;
  readonly pending: PendingAppends;
  readonly feeds: Feeds;
  readonly publisher: Publisher;
}

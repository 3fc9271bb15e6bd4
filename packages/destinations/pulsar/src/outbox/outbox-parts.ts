import type { Appender } from './appender';
import type { BasicParts } from './basic-parts';
import type { Feeds } from './feeds';
import type { Forwarding } from './forwarding';
import type { Parking } from './parking';
import type { Publisher } from './publisher';
import type { Settler } from './settler';

/** What an open outbox is made of. */
export interface OutboxParts extends BasicParts {
  readonly appender: Appender;
  readonly settler: Settler;
  readonly parking: Parking;
  readonly forwarding: Forwarding;
  readonly parkedFeeds: Feeds;
  readonly parkedPublisher: Publisher;
}

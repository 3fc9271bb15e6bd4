/**
 * Parts for those who write an outbox: what every implementation of the port has to do in the same way.
 *
 * @packageDocumentation
 */
export { belongsToProfile, profileIdsOf } from './belongs-to-profile';
export { deadLetterTest } from './dead-letter-test';
export { freshDelivery } from './fresh-delivery';
export { laneKey } from './lane-key';
export { MemoryEnvelopes } from './memory-envelopes';
export { MemoryLane } from './memory-lane';
export { MemoryStore } from './memory-store';
export type { HeldDelivery } from './memory-store';
export { needProfileId } from './need-profile-id';
export { OUTBOX_METHODS } from './outbox-methods';
export { placeCopy } from './place-copy';
export type { CopiedEnvelope, OpenReceipt } from './place-copy';
export { MAX_REMEMBERED, RecentIds } from './recent-ids';
export { afterRetry, deadLetterOf, isFailed, isRetry } from './settled-delivery';
export { SortedList } from './sorted-list';
export { stillOwed } from './still-owed';
export { unitedChanges } from './united-changes';
export { withFailedTry } from './with-failed-try';

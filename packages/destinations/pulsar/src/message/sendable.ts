import type { BatchItem } from '@dest/core';

/** What a message is made of: one delivery. */
export type Sendable = Pick<BatchItem, 'data' | 'json' | 'key' | 'idempotencyKey' | 'event' | 'profile' | 'session'>;

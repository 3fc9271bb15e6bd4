/** How soon the outbox is asked again after it failed, in milliseconds. */
export const OUTBOX_RETRY_MS = 1_000;

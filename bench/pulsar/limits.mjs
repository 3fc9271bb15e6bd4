// What both sides of a row have alike; @dest/pulsar has it by default.

/** Messages sent and not confirmed. */
export const IN_FLIGHT = 1_000;
/** Messages that the producer puts together, and milliseconds that the first of them waits for more. */
export const BATCH = { messages: 1_000, delayMs: 5 };
/** What the broker's WebSocket side, or a client, holds at most: above what is in flight. */
export const MOST_PENDING = 5_000;
/** Calls of the destination at once, and items of each, as a host makes them by default. */
export const CALLS = { atOnce: 4, items: 500 };

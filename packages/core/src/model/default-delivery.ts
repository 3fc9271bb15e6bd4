import type { DeliveryOptions } from './destination';

/** How deliveries are made where a destination doesn't say. */
export const defaultDelivery: DeliveryOptions = {
  ordering: 'none',
  concurrency: 4,
  timeoutMs: 30_000,
  batch: { maxItems: 500, maxBytes: 4 * 1_048_576, lingerMs: 5 },
  retry: { maxAttempts: 10, maxAgeMs: 3 * 86_400_000, initialDelayMs: 500, maxDelayMs: 60_000 },
  breaker: { failuresInARow: 5, failureRate: 0.5, minimumOutcomes: 20, windowMs: 30_000 },
  coalesce: 'none',
  maxBytes: 1_073_741_824,
  whenFull: 'reject',
  whenDisabled: 'hold',
};

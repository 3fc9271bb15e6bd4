import type { DeadLetter, DeadLetterFilter } from '../ports/outbox';

/** A test of dead letters: true where all holds that a filter gives. */
export function deadLetterTest(filter: DeadLetterFilter): (letter: DeadLetter) => boolean {
  const { destination, code, failedFrom = -Infinity, failedBefore = Infinity } = filter;
  const ids = filter.ids === undefined ? undefined : new Set(filter.ids);
  return ({ id, lane, failure, failedAt }) =>
    (ids === undefined || ids.has(id)) &&
    (destination === undefined || lane.destination === destination) &&
    (code === undefined || failure.code === code || failure.causes?.some((cause) => cause.code === code) === true) &&
    failedAt >= failedFrom &&
    failedAt < failedBefore;
}

import type { StoredDelivery } from '../ports/outbox';

/** What of a delivery isn't the same for all that are new. */
type Given = Pick<
  StoredDelivery,
  'lane' | 'id' | 'sequence' | 'envelope' | 'waitingSince' | 'tries' | 'bytes' | 'replay'
>;

/** What tells a destination what to deliver. */
interface Content {
  readonly kind: StoredDelivery['kind'];
  readonly key?: string | undefined;
  readonly changes?: readonly string[] | undefined;
}

/** A delivery as it waits at first: due since it came, without an attempt. */
export function freshDelivery(given: Given, { kind, key, changes }: Content): StoredDelivery {
  return {
    lane: given.lane,
    id: given.id,
    sequence: given.sequence,
    envelope: given.envelope,
    kind,
    ...(key === undefined ? {} : { key }),
    ...(changes === undefined ? {} : { changes }),
    waitingSince: given.waitingSince,
    attempts: 0,
    tries: given.tries,
    dueAt: 0,
    scheduledAt: 0,
    bytes: given.bytes,
    replay: given.replay,
    crashes: 0,
  };
}

import type { Agent } from 'node:http';
import type { BatchContext, BatchItem, ConnectionKey, ItemResult } from '@dest/core';
import { ReferenceDestination, type Credentials, type Sent } from '../support/reference-destination';
import { delivering, type Variation } from './variation';

const CHANGED = 'credentials that changed are used by the next instance, also while the last is still there';
const TEST_SIDE = 'a test instance delivers with the test credentials, and touches nothing else';
const SIDE_BY_SIDE = 'test and production side by side share nothing';

function keyed(keyOf: (item: Sent) => string): () => typeof ReferenceDestination {
  return () =>
    class extends ReferenceDestination {
      override keyOf(item: Sent): string {
        return keyOf(item);
      }
    };
}

/** One that takes the keys of a batch from these items, position by position. */
function keyedInBatches(
  sourcesOf: (items: readonly BatchItem[]) => readonly BatchItem[],
): () => typeof ReferenceDestination {
  return () =>
    class extends ReferenceDestination {
      override async dispatchBatch(items: readonly BatchItem[], context: BatchContext): Promise<readonly ItemResult[]> {
        const sources = sourcesOf(items);
        const keyed = items.map((item, index) => ({ ...item, idempotencyKey: sources[index]!.idempotencyKey }));
        return super.dispatchBatch(keyed, context);
      }
    };
}

/** One whose connection knows the credentials that it was made with, and is shared under another key. */
function sharing(keyOf: (instance: ReferenceDestination) => ConnectionKey): () => typeof ReferenceDestination {
  return () =>
    class extends ReferenceDestination {
      override connectionKey(): ConnectionKey {
        return keyOf(this);
      }
      override createAgent(): Agent {
        return Object.assign(super.createAgent(), { madeWith: super.credentials });
      }
      protected override get credentials(): Credentials {
        const agent = this.lease?.connection as { madeWith?: Credentials } | undefined;
        return agent?.madeWith ?? super.credentials;
      }
    };
}

/** One that takes its credentials from one side, whatever debug says. */
function oneSided(side: 'production' | 'test'): () => typeof ReferenceDestination {
  return () =>
    class extends ReferenceDestination {
      protected override get credentials(): Credentials {
        return this.resource.credentials[side]!;
      }
    };
}

export const carriedVariations: readonly Variation[] = [
  {
    does: 'spoils keys that are not ASCII',
    fails: "an event carries its delivery's idempotency key",
    Class: keyed(({ idempotencyKey }) => idempotencyKey.replace(/[^ -~]/g, '')),
  },
  {
    does: 'has no keys for profiles',
    fails: "a profile carries its delivery's idempotency key",
    Class: keyed(({ kind, idempotencyKey }) => (kind === 'profile' ? '' : idempotencyKey)),
  },
  {
    does: 'makes a new key for each try',
    fails: 'a delivery that is tried again carries the same key',
    Class: keyed(({ attempt, idempotencyKey }) => `${idempotencyKey}${attempt > 1 ? ` ${attempt}` : ''}`),
  },
  {
    does: 'has one key for a whole batch',
    fails: 'each item of a batch carries its own key',
    Class: keyedInBatches((items) => items.map(() => items[0] as BatchItem)),
  },
  {
    does: 'mixes up the keys of a batch',
    fails: 'each item of a batch carries its own key',
    Class: keyedInBatches((items) => items.toReversed()),
  },
  {
    does: 'knows test credentials only',
    fails: 'a production instance delivers with the production credentials, and touches nothing else',
    also: delivering(TEST_SIDE),
    Class: oneSided('test'),
  },
  {
    does: 'knows production credentials only',
    fails: TEST_SIDE,
    also: [SIDE_BY_SIDE],
    Class: oneSided('production'),
  },
  {
    does: 'shares one connection for everything',
    fails: SIDE_BY_SIDE,
    also: [CHANGED],
    Class: sharing(({ resource }) => resource.id),
  },
  {
    does: 'shares its connection with what has other credentials',
    fails: CHANGED,
    Class: sharing(({ resource, debug }) => [resource.id, debug]),
  },
];

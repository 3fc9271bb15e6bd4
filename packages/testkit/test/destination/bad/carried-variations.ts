import type { Agent } from 'node:http';
import type { BatchContext, BatchItem, CheckResult, ConnectionKey, ItemResult, LifecycleContext } from '@dest/core';
import { TransientError } from '@dest/core';
import { ReferenceDestination, type CallContext, type Credentials, type Sent } from '../support/reference-destination';
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

/** One that says this when it sends. */
function logging(textOf: (token: string) => string): () => typeof ReferenceDestination {
  return () =>
    class extends ReferenceDestination {
      override async send(item: Sent, context: CallContext): Promise<void> {
        context.logger.debug('sending', { how: textOf(this.credentials.token) });
        await super.send(item, context);
      }
    };
}

/** One that says this where it fails. */
function erring(textOf: (token: string) => string): () => typeof ReferenceDestination {
  return () =>
    class extends ReferenceDestination {
      override networkError(): Error {
        const cause = new Error(`It was tried with ${textOf(this.credentials.token)}`);
        const options = { code: 'REFERENCE_UNREACHABLE', scope: 'destination', cause } as const;
        return new TransientError('The service can not be reached.', options);
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
    Class: () =>
      class extends ReferenceDestination {
        override async dispatchBatch(
          items: readonly BatchItem[],
          context: BatchContext,
        ): Promise<readonly ItemResult[]> {
          const { idempotencyKey } = items[0] as BatchItem;
          return super.dispatchBatch(
            items.map((item) => ({ ...item, idempotencyKey })),
            context,
          );
        }
      },
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
  {
    does: 'logs its token',
    fails: 'no secret is in what it logs',
    Class: logging((token) => `with the token ${token}`),
  },
  {
    does: 'has its token in the cause of an error',
    fails: 'no secret is in the errors that it throws',
    Class: erring((token) => token),
  },
  {
    does: 'has its token in the result of its check',
    fails: 'no secret is in what it resolves to',
    Class: () =>
      class extends ReferenceDestination {
        override async check(context: LifecycleContext): Promise<CheckResult> {
          const message = `checked with ${this.credentials.token}`;
          return { ...(await super.check(context)), message };
        }
      },
  },
  {
    does: 'has a header with user and token in an error',
    fails: 'no secret is anywhere as base64',
    Class: erring((token) => `Basic ${Buffer.from(`user:${token}`).toString('base64')}`),
  },
  {
    does: 'logs a URL that has its token in it',
    fails: 'no secret is anywhere URL-encoded',
    Class: logging((token) => `https://crm.example.com/?token=${encodeURIComponent(token)}`),
  },
];

import { setTimeout } from 'node:timers/promises';
import type { CheckResult, LifecycleContext } from '@dest/core';
import { ReferenceDestination, type Answer, type CallContext, type Sent } from '../support/reference-destination';
import type { Variation } from './variation';

const LOGS = 'no secret is in what it logs';
const ERRORS = 'no secret is in the errors that it throws';

/** One that says this when it sends what is so. */
function logging(textOf: (token: string) => string, isSo: (item: Sent) => boolean = () => true) {
  return (): typeof ReferenceDestination =>
    class extends ReferenceDestination {
      override async send(item: Sent, context: CallContext): Promise<void> {
        if (isSo(item)) context.logger.debug('sending', { how: textOf(this.credentials.token) });
        await super.send(item, context);
      }
    };
}

/** One that says this where nobody is there, or something else goes wrong with the connection. */
function erring(textOf: (token: string) => string, isSo: (cause: Error) => boolean = () => true) {
  return (): typeof ReferenceDestination =>
    class extends ReferenceDestination {
      override networkError(cause: Error): Error {
        const told = new Error(`It was tried with ${textOf(this.credentials.token)}`);
        return super.networkError(isSo(cause) ? told : cause);
      }
    };
}

/** One that says its token where the other side answers so. */
function erringAt(status: number): () => typeof ReferenceDestination {
  return () =>
    class extends ReferenceDestination {
      override errorOf(answer: Answer): Error | undefined {
        const error = super.errorOf(answer);
        return answer.status === status ? Object.assign(error!, { sent: this.credentials.token }) : error;
      }
    };
}

export const secretVariations: readonly Variation[] = [
  {
    does: 'logs its token',
    fails: LOGS,
    Class: logging((token) => `with the token ${token}`),
  },
  {
    does: 'has its token in the cause of an error',
    fails: ERRORS,
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
  {
    does: 'logs its token with profiles alone',
    fails: LOGS,
    Class: logging(
      (token) => token,
      ({ kind }) => kind === 'profile',
    ),
  },
  {
    does: 'logs its token where it forgets somebody',
    fails: LOGS,
    Class: () =>
      class extends ReferenceDestination {
        override async forgetProfile(profileId: string, context: LifecycleContext): Promise<void> {
          context.logger.info(`forgetting, with ${this.credentials.token}`);
          await super.forgetProfile(profileId, context);
        }
      },
  },
  {
    does: 'logs its token, and takes its time to open',
    fails: LOGS,
    Class: () => {
      const Logging = logging((token) => token)();
      return class extends Logging {
        override async open(context: LifecycleContext): Promise<void> {
          // Longer than what is to miss its deadline may take.
          await setTimeout(200);
          await super.open(context);
        }
      };
    },
  },
  {
    does: 'has its token in the error of a rate limit',
    fails: ERRORS,
    Class: erringAt(429),
  },
  {
    does: 'has its token in the error of a bad item',
    fails: ERRORS,
    Class: erringAt(422),
  },
  {
    does: 'has its token in the error of an item that has to wait',
    fails: ERRORS,
    Class: erringAt(425),
  },
  {
    does: 'has its token in the error of a missed deadline',
    fails: ERRORS,
    Class: erring(
      (token) => token,
      ({ name }) => name === 'AbortError',
    ),
  },
];

import { setTimeout } from 'node:timers/promises';
import { PermanentError, TransientError, type CheckResult, type LifecycleContext } from '@dest/core';
import { ReferenceDestination, type Answer, type CallContext, type Sent } from '../support/reference-destination';
import type { Variation } from './variation';

const DOWN = 'no item of a batch counts as delivered where the other side is down';
const LEFT = 'nothing is left when a delivery missed its deadline and it is closed';
const PROFILE = 'a profile that nobody takes fails as an event does';
const CODE = 'REFERENCE_OTHERWISE';

/** One that makes an error of an answer of this status otherwise. */
function answering(status: number, errorOf: (answer: Answer) => Error): () => typeof ReferenceDestination {
  return () =>
    class extends ReferenceDestination {
      override errorOf(answer: Answer): Error | undefined {
        return answer.status === status ? errorOf(answer) : super.errorOf(answer);
      }
    };
}

/** One that makes an error of what comes from the network otherwise, where the cause is this. */
function failing(isThis: (cause: Error & { code?: string }) => boolean): () => typeof ReferenceDestination {
  return () =>
    class extends ReferenceDestination {
      override networkError(cause: Error): Error {
        return isThis(cause)
          ? new PermanentError('It will never work.', { code: CODE, cause })
          : super.networkError(cause);
      }
    };
}

const busy = (options: ConstructorParameters<typeof TransientError>[1]): Error =>
  new TransientError('It does not work now.', { code: CODE, ...options });

/** One whose calls of this kind know no deadline, where it says so. */
function deaf(call: 'open' | 'check' | 'send', isDeaf: (signal: AbortSignal) => boolean = () => true) {
  const { signal: never } = new AbortController();
  const hearing = <Context extends CallContext>(context: Context): Context =>
    isDeaf(context.signal) ? { ...context, signal: never } : context;
  return (): typeof ReferenceDestination =>
    class extends ReferenceDestination {
      override async open(context: LifecycleContext): Promise<void> {
        await super.open(call === 'open' ? hearing(context) : context);
      }
      override async check(context: LifecycleContext): Promise<CheckResult> {
        return super.check(call === 'check' ? hearing(context) : context);
      }
      override async send(item: Sent, context: CallContext): Promise<void> {
        await super.send(item, call === 'send' ? hearing(context) : context);
      }
    };
}

export const failureVariations: readonly Variation[] = [
  {
    does: 'gives up for good where a connection is refused',
    fails: "a refused connection is transient, and the destination's",
    also: [DOWN, PROFILE],
    Class: failing(({ code }) => code === 'ECONNREFUSED'),
  },
  {
    does: 'gives up for good where a connection is reset',
    fails: "a connection that is reset during a delivery is transient, and the destination's",
    also: [DOWN, PROFILE],
    Class: failing(({ code }) => code === 'ECONNRESET'),
  },
  {
    does: 'gives up for good where no answer comes',
    fails: 'an answer that never comes is transient',
    also: [
      'a delivery ends when its deadline has passed',
      'opening ends when its deadline has passed',
      'a delivery whose signal is aborted already ends at once',
      PROFILE,
    ],
    Class: failing(({ name }) => name === 'AbortError'),
  },
  {
    does: 'has no patience with what is not small',
    fails: 'a slow connection delivers all the same',
    Class: () =>
      class extends ReferenceDestination {
        override async send(item: Sent, context: CallContext): Promise<void> {
          const sent = super.send(item, context);
          if (item.json.length < 2_000 || item.json.length > 3_000) return sent;
          sent.catch(() => undefined);
          const late = setTimeout(30).then(() => {
            throw busy({ scope: 'destination' });
          });
          await Promise.race([sent, late]);
        }
      },
  },
  {
    does: 'gives up for good where nobody can be served',
    fails: "an other side that can serve nobody is transient, and the destination's",
    Class: answering(503, () => new PermanentError('It will never work.', { code: CODE })),
  },
  {
    does: 'takes a rate limit for the fault of the item',
    fails: "a rate limit is transient, and the destination's",
    Class: answering(429, () => busy({ scope: 'item', retryAfterMs: 7_000 })),
  },
  {
    does: 'comes again at once where there is a rate limit',
    fails: 'a rate limit hands on how long to wait',
    Class: answering(429, () => busy({ scope: 'destination' })),
  },
  {
    does: 'tries wrong credentials again and again',
    fails: 'credentials that are wrong are a matter of configuration',
    Class: answering(401, () => busy({ scope: 'destination' })),
  },
  {
    does: 'tries a bad item again and again',
    fails: "one bad item is permanent, and the item's",
    Class: answering(422, () => busy({ scope: 'item' })),
  },
  {
    does: 'calls a profile delivered that went nowhere',
    fails: PROFILE,
    Class: () =>
      class extends ReferenceDestination {
        override async send(item: Sent, context: CallContext): Promise<void> {
          await super.send(item, context).catch((error: unknown) => {
            if (item.kind === 'event') throw error;
          });
        }
      },
  },
  {
    does: 'has no code for what fails',
    fails: 'a failure has a code of its own, and words',
    Class: () =>
      class extends ReferenceDestination {
        override networkError(cause: Error): Error {
          return new TransientError('It is not there.', { scope: 'destination', cause });
        }
      },
  },
  {
    does: 'delivers without a deadline',
    fails: 'a delivery ends when its deadline has passed',
    also: [
      'an answer that never comes is transient',
      'a delivery whose signal is aborted already ends at once',
      'it delivers again after a delivery that missed its deadline',
      PROFILE,
      LEFT,
    ],
    Class: deaf('send'),
  },
  {
    does: 'opens without a deadline',
    fails: 'opening ends when its deadline has passed',
    Class: deaf('open'),
  },
  {
    does: 'checks without a deadline',
    fails: 'a check ends when its deadline has passed',
    Class: deaf('check'),
  },
  {
    does: 'sees a deadline only when it passes',
    fails: 'a delivery whose signal is aborted already ends at once',
    Class: deaf('send', ({ aborted }) => aborted),
  },
];

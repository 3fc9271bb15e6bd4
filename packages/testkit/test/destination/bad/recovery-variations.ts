import { TransientError } from '@dest/core';
import { ReferenceDestination, type CallContext, type Sent } from '../support/reference-destination';
import type { Variation } from './variation';

const GONE = 'it delivers again when the other side, which was gone, is back';
const CUT = 'it delivers again after its connections were cut while it had nothing to do';
const MISSED = 'it delivers again after a delivery that missed its deadline';
const SEVERAL = 'several at once are delivered when the other side is back';
const TAKEN = 'it delivers again when its credentials are taken again';

/** What a failure that was thrown, and the failures before it, make of an instance. */
type IsTheEnd = (error: { readonly code?: string; readonly cause?: unknown }, inARow: number) => boolean;

/** One that never works again after something went wrong. */
function endingWhere(isTheEnd: IsTheEnd): () => typeof ReferenceDestination {
  return () =>
    class extends ReferenceDestination {
      failures = 0;
      isOver = false;
      override async send(item: Sent, context: CallContext): Promise<void> {
        if (this.isOver) {
          throw new TransientError('It is over.', { code: 'REFERENCE_OVER', scope: 'destination' });
        }
        try {
          await super.send(item, context);
          this.failures = 0;
        } catch (error) {
          this.isOver = isTheEnd(error as Error, ++this.failures);
          throw error;
        }
      }
    };
}

function causeOf(error: { readonly cause?: unknown }): { readonly code?: string; readonly name?: string } {
  return error.cause ?? {};
}

export const recoveryVariations: readonly Variation[] = [
  {
    does: 'never finds back to an other side that was gone',
    fails: GONE,
    // Where it is gone, what is open is reset.
    also: [CUT, SEVERAL],
    Class: endingWhere((error) => ['ECONNREFUSED', 'ECONNRESET'].includes(causeOf(error).code ?? '')),
  },
  {
    does: 'holds on to a connection that was cut',
    fails: CUT,
    // As it comes: whether a connection counts as idle where it is cut.
    also: [GONE, MISSED, SEVERAL],
    Class: () =>
      class extends ReferenceDestination {
        override createAgent(): ReturnType<ReferenceDestination['createAgent']> {
          const agent = super.createAgent();
          agent.on('free', (socket: { once(name: 'close', listener: () => void): void }) =>
            socket.once('close', () => {
              this.send = async () => {
                throw new TransientError('It is cut.', { code: 'REFERENCE_CUT', scope: 'destination' });
              };
            }),
          );
          return agent;
        }
      },
  },
  {
    does: 'never works again after a deadline',
    fails: MISSED,
    Class: endingWhere((error) => causeOf(error).name === 'AbortError'),
  },
  {
    does: 'gives up when several failed in a row',
    fails: SEVERAL,
    Class: endingWhere((error, inARow) => error.code === 'REFERENCE_UNREACHABLE' && inARow > 2),
  },
  {
    does: 'takes it for final that its credentials were refused',
    fails: TAKEN,
    Class: endingWhere(({ code }) => code === 'REFERENCE_REFUSED'),
  },
];

import { setTimeout } from 'node:timers/promises';
import { TransientError, type BatchContext, type BatchItem, type ItemResult } from '@dest/core';
import { ReferenceDestination, type CallContext, type Sent } from '../support/reference-destination';
import { delivering, type Variation } from './variation';

/** One that sends an item otherwise. */
function sending(
  send: (item: Sent, original: (item: Sent) => Promise<void>, context: CallContext) => Promise<void>,
): () => typeof ReferenceDestination {
  return () =>
    class extends ReferenceDestination {
      override async send(item: Sent, context: CallContext): Promise<void> {
        await send(item, (changed) => super.send(changed, context), context);
      }
    };
}

const ANSWERED = 'a delivery is done when it is answered, not before';
const PROFILE_THAT_NOBODY_TAKES = 'a profile that nobody takes fails as an event does';

async function waitForMoment(item: Sent, send: (item: Sent) => Promise<void>): Promise<void> {
  const sent = send(item);
  sent.catch(() => undefined);
  await Promise.race([sent, setTimeout(60)]);
}

const busy = (): Error => new TransientError('It is too large for now.', { code: 'REFERENCE_BUSY' });

export const dispatchVariations: readonly Variation[] = [
  {
    does: 'loses events',
    fails: 'an event arrives',
    also: delivering('a profile arrives', "a profile carries its delivery's idempotency key"),
    Class: sending(async (item, send) => (item.kind === 'event' ? undefined : send(item))),
  },
  {
    does: 'loses profiles',
    fails: 'a profile arrives',
    also: [
      'events and profiles may be mixed',
      "a profile carries its delivery's idempotency key",
      ANSWERED,
      PROFILE_THAT_NOBODY_TAKES,
    ],
    Class: sending(async (item, send) => (item.kind === 'profile' ? undefined : send(item))),
  },
  {
    does: 'takes it for granted that there is a profile',
    fails: 'an event without profile and session arrives',
    Class: () =>
      class extends ReferenceDestination {
        override async dispatchBatch(
          items: readonly BatchItem[],
          context: BatchContext,
        ): Promise<readonly ItemResult[]> {
          for (const item of items) if (item.profile!.id === undefined) throw busy();
          return super.dispatchBatch(items, context);
        }
      },
  },
  {
    does: 'knows no characters beyond the basic plane',
    fails: 'texts of all scripts arrive as they are',
    Class: sending((item, send) => send({ ...item, json: item.json.replace(/[\u{10000}-\u{10ffff}]/gu, '?') })),
  },
  {
    does: 'takes control characters out',
    fails: 'special characters arrive as they are, in keys too',
    Class: sending((item, send) => send({ ...item, json: item.json.replaceAll('\\u0007', '') })),
  },
  {
    does: 'takes null characters out',
    fails: 'a null character and half of a pair arrive as they are, or are refused for good',
    Class: sending((item, send) => send({ ...item, json: item.json.replaceAll('\\u0000', '') })),
  },
  {
    does: 'takes what is empty for nothing',
    fails: 'what is empty, and what is no object, arrives or is refused for good',
    Class: sending(async (item, send) => (item.data === '' || item.data === null ? undefined : send(item))),
  },
  {
    does: 'has a large payload tried again for ever',
    fails: 'a payload of 1 MB arrives, or is refused for good',
    Class: sending(async (item, send) => {
      if (item.json.length > 1_000_000) throw busy();
      await send(item);
    }),
  },
  {
    does: 'has an object of many keys tried again for ever',
    fails: 'an object of 10,000 keys arrives, or is refused for good',
    Class: sending(async (item, send) => {
      if (Object.keys(item.data ?? {}).length > 5_000 && typeof item.data === 'object') throw busy();
      await send(item);
    }),
  },
  {
    does: 'mixes up what comes at once',
    fails: 'several at once arrive, each once',
    also: ['several at once are delivered when the other side is back'],
    Class: () =>
      class extends ReferenceDestination {
        current: Sent | undefined;
        override async send(item: Sent, context: CallContext): Promise<void> {
          this.current = item;
          await setTimeout(1);
          await super.send(this.current, context);
        }
      },
  },
  {
    does: 'writes into what it is handed',
    fails: 'what it is handed stays as it was',
    Class: sending(async (item, send) => {
      await send(item);
      if (typeof item.data === 'object' && item.data !== null) (item.data as { sent?: boolean }).sent = true;
    }),
  },
  {
    does: 'waits for an answer for a moment only',
    fails: ANSWERED,
    also: [
      'an answer that never comes is transient',
      'a delivery ends when its deadline has passed',
      PROFILE_THAT_NOBODY_TAKES,
      // What is slow takes longer than the moment, and is overtaken.
      "items arrive in the batch's order",
    ],
    Class: sending(waitForMoment),
  },
  {
    does: 'waits for the answer to a profile for a moment only',
    fails: ANSWERED,
    also: [PROFILE_THAT_NOBODY_TAKES],
    Class: sending((item, send) => (item.kind === 'event' ? send(item) : waitForMoment(item, send))),
  },
];

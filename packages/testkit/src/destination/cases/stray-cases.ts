import { setTimeout } from 'node:timers/promises';
import { messageOf } from '@dest/core';
import { expectEqual } from '../../expectations';
import { casesOf } from '../cases-of';
import type { DestinationCase } from '../destination-case';
import { provoke } from '../provoke';
import { straysOf, watchForStrays } from '../strays';

const { plain } = casesOf('lifecycle');

/** Long enough for what was thrown to be told. */
const GRACE_MS = 20;

/** What nobody can catch. It comes last, and sees what the other cases let loose as well. */
export const strayCases: readonly DestinationCase[] = [
  plain(
    'it throws nothing outside of its calls',
    async (subject) => {
      const stop = watchForStrays(subject);
      try {
        // Where it doesn't work at all, others say so.
        await provoke(subject).catch(() => undefined);
        await setTimeout(GRACE_MS);
      } finally {
        stop();
      }
      const found = new Set(straysOf(subject).map((error) => messageOf(error)));
      expectEqual([...found], [], 'the list of what was thrown, or rejected with, where nobody could catch it,');
    },
    { alone: true },
  ),
];

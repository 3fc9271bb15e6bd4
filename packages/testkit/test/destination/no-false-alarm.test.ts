import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { PermanentError } from '@dest/core';
import { runConformance } from '../../src/index';
import { LineDestination, lineKit } from './support/line-destination';
import { ReferenceDestination, type CallContext, type Sent } from './support/reference-destination';
import { referenceKit } from './support/reference-kit';
import { failedCases } from './bad/test-variations';
import { authorized } from './bad/oauth2-variations';
import { initWith } from './bad/schemas-with';
import type { Variation } from './bad/variation';

/** A destination that is as it should be, although it differs from the reference. */
type Right = Omit<Variation, 'fails' | 'also'>;

const rightOnes: readonly Right[] = [
  { ...authorized, does: 'gets in by access tokens' },
  {
    does: 'can not store null characters, and refuses them',
    Class: () =>
      class extends ReferenceDestination {
        override async send(item: Sent, context: CallContext): Promise<void> {
          if (item.json.includes('\\u0000')) {
            throw new PermanentError('Null characters can not be stored.', { code: 'REFERENCE_NULL' });
          }
          await super.send(item, context);
        }
      },
  },
  {
    does: 'has an other side that shows a little later what has arrived',
    kit: {
      received: async (server) => {
        const seen = await referenceKit.received(server);
        await setTimeout(60);
        return seen;
      },
    },
  },
  { does: 'brings a core of its own', kit: { folder: join(__dirname, 'fixtures/own-core') } },
  {
    does: 'takes any JSON for a parameter, and says so',
    options: {
      init: initWith({
        extra: { type: ['string', 'number', 'boolean', 'null', 'array', 'object'], description: 'What is added.' },
      }),
    },
  },
];

test.each(rightOnes.map((right) => [right.does, right] as const))(
  'one that %s fails no case',
  async (_does, right) => {
    const failed = await failedCases(right, { inHaste: true });
    // Where the machine is slow, with time.
    const names = failed.map(({ name }) => name);
    expect(names.length === 0 ? [] : await failedCases(right, { names })).toEqual([]);
  },
  120_000,
);

test('one that is never told what has arrived fails no case', async () => {
  const { results } = await runConformance(LineDestination, lineKit, { concurrency: 4 });
  expect(results.filter(({ status }) => status === 'failed')).toEqual([]);
  const declared = results.filter(({ message }) => message.startsWith('answers: ')).map(({ name }) => name);
  expect(declared).toContain('a delivery is done when it is answered, not before');
  expect(declared).not.toContain("a refused connection is transient, and the destination's");
}, 120_000);

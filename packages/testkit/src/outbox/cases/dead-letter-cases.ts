import type { DeadLetter, DeadLetterFilter, Failure } from '@dest/core';
import { expectEqual, expectThat } from '../../expectations';
import type { OutboxCase } from '../outbox-case';
import { onOutbox, type OutboxTrial } from '../outbox-trial';
import { envelopeOf, failureOfCode, laneOf } from '../samples';

const orders = laneOf('orders');
const people = laneOf('people');

const envelopesOf = (letters: readonly DeadLetter[]): readonly string[] => letters.map(({ envelopeId }) => envelopeId);

/** Six of two destinations and two codes, a second between each; returns when the first failed. */
async function failSix(trial: OutboxTrial): Promise<number> {
  const begin = trial.now;
  for (let index = 0; index < 6; index++) {
    const lane = index % 2 === 0 ? orders : people;
    await trial.addFailed(`e-${index}`, lane, failureOfCode(index < 3 ? 'REFUSED' : 'TOO_LARGE'));
    trial.kit.clock.advance(1_000);
  }
  return begin;
}

/** What failed for good. */
export const deadLetterCases: readonly OutboxCase[] = [
  {
    name: 'a dead letter has all of its delivery, of its failure, and its envelope where it is shown',
    run: onOutbox(async (trial) => {
      const acceptedAt = trial.now;
      const lane = laneOf('orders', { debug: true, generation: 3, package: '@acme/crm#contacts' });
      const stored = await trial.add('e-1', lane, { kind: 'profile', key: 'ada', changes: ['traits.email'] });
      trial.kit.clock.advance(7_000);
      const causes = [{ code: 'ECONNREFUSED', message: 'connect' }, { message: 'no code' }];
      const failure: Failure = { retry: 'permanent', scope: 'item', code: 'REFUSED', message: 'No “Ada” 😀.', causes };
      await trial.outbox.settle([trial.settlement(stored, { status: 'failed', failure }, '1.2.3')]);
      const failedAt = trial.now;
      const [letter] = await trial.letters();
      expectThat(letter !== undefined, 'it is a dead letter');
      expectEqual(
        letter,
        {
          id: letter.id,
          lane,
          envelopeId: 'e-1',
          kind: 'profile',
          key: 'ada',
          changes: ['traits.email'],
          acceptedAt,
          failedAt,
          failure,
          history: [{ at: failedAt, code: 'REFUSED', message: 'No “Ada” 😀.' }],
          tries: 1,
          pluginVersion: '1.2.3',
          bytes: stored.bytes,
        },
        'the dead letter',
      );
      const shown = { ...letter, envelope: envelopeOf('e-1') };
      expectEqual(await trial.outbox.deadLetter(letter.id), shown, 'the dead letter as it is shown');
      const plain = await trial.addFailed('e-2', orders);
      expectEqual(
        [plain.key, plain.changes, plain.pluginVersion],
        [undefined, undefined, undefined],
        'what it has not',
      );
    }),
  },
  {
    name: 'a dead letter that is not there is undefined',
    run: onOutbox(async (trial) => {
      const letter = await trial.addFailed('e-1', orders);
      await trial.outbox.dropDeadLetters({});
      for (const id of [letter.id, '', '0', '-1', '1.5', 'e-1', 'null', '99999999999999999999', "' OR 1=1 --"]) {
        expectEqual(await trial.outbox.deadLetter(id), undefined, `the dead letter ${JSON.stringify(id)}`);
        expectEqual(await trial.letters({ ids: [id] }), [], `the dead letters with the id ${JSON.stringify(id)}`);
      }
    }),
  },
  {
    name: 'a dead letter keeps its tries, oldest first',
    run: onOutbox(async (trial) => {
      const begin = trial.now;
      const lane = orders;
      await trial.add('e-1', lane);
      for (let index = 0; index < 3; index++) {
        const [delivery] = await trial.waiting(lane);
        await trial.retry(delivery!, trial.now + 100, failureOfCode(`BUSY_${index}`, { message: `try ${index}` }));
        trial.kit.clock.advance(100);
      }
      await trial.fail((await trial.waiting(lane))[0]!, failureOfCode('GIVEN_UP', { message: 'the end' }));
      const [letter] = await trial.letters();
      expectEqual(letter?.tries, 4, 'how often it was tried');
      expectEqual(
        letter?.history,
        [
          { at: begin, code: 'BUSY_0', message: 'try 0' },
          { at: begin + 100, code: 'BUSY_1', message: 'try 1' },
          { at: begin + 200, code: 'BUSY_2', message: 'try 2' },
          { at: begin + 300, code: 'GIVEN_UP', message: 'the end' },
        ],
        'the history',
      );
    }),
  },
  {
    name: 'the history of what is given up ends with what its last try failed with',
    run: onOutbox(async (trial) => {
      await trial.retry(await trial.add('e-1', orders), trial.now + 10, failureOfCode('BUSY'));
      const failure = failureOfCode('GIVEN_UP', { causes: [{ code: 'REFUSED', message: 'no' }] });
      const lastTry = { code: 'REFUSED', message: 'no' };
      const [delivery] = await trial.waiting(orders);
      await trial.settle(delivery!, { status: 'failed', failure, lastTry });
      const [letter] = await trial.letters();
      expectEqual(letter?.failure, failure, 'the failure');
      expectEqual(letter?.history.at(-1), { at: trial.now, ...lastTry }, 'the last try of the history');
      expectEqual(letter?.history.length, 2, 'how many tries it has');
    }),
  },
  {
    name: 'of many tries the last 20 are kept',
    run: onOutbox(async (trial) => {
      await trial.add('e-1', orders);
      for (let index = 1; index <= 24; index++) {
        const [delivery] = await trial.waiting(orders);
        await trial.retry(delivery!, trial.now + 10, failureOfCode(`TRY_${index}`));
      }
      await trial.fail((await trial.waiting(orders))[0]!, failureOfCode('TRY_25'));
      const [letter] = await trial.letters();
      expectEqual(letter?.tries, 25, 'how often it was tried');
      const expected = Array.from({ length: 20 }, (_, index) => `TRY_${index + 6}`);
      expectEqual(
        letter?.history.map(({ code }) => code),
        expected,
        'the codes of the history',
      );
    }),
  },
  {
    name: 'what was not tried, such as what waited for too long, adds no try to the history',
    run: onOutbox(async (trial) => {
      await trial.retry(await trial.add('e-1', orders), trial.now + 10, failureOfCode('BUSY'));
      const [delivery] = await trial.waiting(orders);
      const outcome = { status: 'failed', failure: failureOfCode('AGE_EXCEEDED') } as const;
      await trial.outbox.settle([{ delivery: delivery!, outcome, settledAt: trial.now }]);
      const [letter] = await trial.letters();
      expectEqual([letter?.failure.code, letter?.tries], ['AGE_EXCEEDED', 1], 'the failure and the count of tries');
      expectEqual(
        letter?.history.map(({ code }) => code),
        ['BUSY'],
        'the history',
      );
    }),
  },
  {
    name: 'dead letters are filtered by each of what is given, and all that is given must hold',
    run: onOutbox(async (trial) => {
      const begin = await failSix(trial);
      const all = await trial.letters();
      expectEqual(envelopesOf(all), ['e-0', 'e-1', 'e-2', 'e-3', 'e-4', 'e-5'], 'all dead letters');
      const ids = [4, 1, 2].map((index) => all[index]!.id);
      const expectations: readonly (readonly [DeadLetterFilter, readonly number[]])[] = [
        [{}, [0, 1, 2, 3, 4, 5]],
        [{ ids }, [1, 2, 4]],
        [{ ids: [] }, []],
        [{ ids: [ids[0]!, ids[0]!, 'nobody'] }, [4]],
        [{ destination: 'orders' }, [0, 2, 4]],
        [{ destination: 'nobody' }, []],
        [{ destination: '' }, []],
        [{ code: 'REFUSED' }, [0, 1, 2]],
        [{ code: 'REFUSE%' }, []],
        [{ code: 'refused' }, []],
        [{ failedFrom: begin + 2_000 }, [2, 3, 4, 5]],
        [{ failedFrom: begin + 2_001 }, [3, 4, 5]],
        [{ failedBefore: begin + 2_000 }, [0, 1]],
        [{ failedBefore: begin + 2_001 }, [0, 1, 2]],
        [{ failedFrom: begin + 1_000, failedBefore: begin + 4_000 }, [1, 2, 3]],
        [{ failedFrom: begin + 4_000, failedBefore: begin + 1_000 }, []],
        [{ failedFrom: 0, failedBefore: 0 }, []],
        [{ destination: 'orders', code: 'REFUSED' }, [0, 2]],
        [{ destination: 'orders', code: 'REFUSED', failedFrom: begin + 1, ids }, [2]],
        [{ ids, destination: 'orders', code: 'TOO_LARGE', failedFrom: begin, failedBefore: begin + 9_000 }, [4]],
        [{ ids, destination: 'orders', code: 'TOO_LARGE', failedFrom: begin, failedBefore: begin + 4_000 }, []],
      ];
      for (const [filter, indices] of expectations) {
        const expected = indices.map((index) => all[index]);
        expectEqual(await trial.letters(filter), expected, `the dead letters by ${JSON.stringify(filter)}`);
        expectEqual(
          await trial.outbox.countDeadLetters(filter),
          indices.length,
          `how many by ${JSON.stringify(filter)}`,
        );
      }
    }),
  },
  {
    name: 'dead letters are found by the codes of their causes',
    run: onOutbox(async (trial) => {
      const odd = `O'DD "\\%_😀`;
      const givenUp = (code: string): Failure =>
        failureOfCode('GIVEN_UP', { causes: [{ message: 'no code' }, { code, message: `"code":"QUOTED" ${odd}` }] });
      await trial.addFailed('e-0', orders, givenUp('REFUSED'));
      await trial.addFailed('e-1', people, givenUp(odd));
      await trial.addFailed('e-2', orders, failureOfCode('REFUSED'));
      await trial.retry(await trial.add('e-3', orders), trial.now, failureOfCode('BUSY'));
      await trial.fail((await trial.waiting(orders))[0]!, failureOfCode('TOO_LARGE'));
      const expectations: readonly (readonly [DeadLetterFilter, readonly string[]])[] = [
        [{ code: 'REFUSED' }, ['e-0', 'e-2']],
        [{ code: 'GIVEN_UP' }, ['e-0', 'e-1']],
        [{ code: odd }, ['e-1']],
        [{ code: 'QUOTED' }, []],
        [{ code: 'BUSY' }, []],
        [{ code: 'REFUSED', destination: 'people' }, []],
      ];
      for (const [filter, expected] of expectations) {
        expectEqual(
          envelopesOf(await trial.letters(filter)),
          expected,
          `the dead letters by ${JSON.stringify(filter)}`,
        );
        expectEqual(
          await trial.outbox.countDeadLetters(filter),
          expected.length,
          `how many by ${JSON.stringify(filter)}`,
        );
      }
      expectEqual(await trial.replay({ code: odd }, [people]), { replayed: 1, unfitting: 0 }, 'what is replayed');
      expectEqual(await trial.outbox.dropDeadLetters({ code: 'REFUSED' }), 2, 'how many are dropped');
      expectEqual(envelopesOf(await trial.letters()), ['e-3'], 'what is left');
    }),
  },
  {
    name: 'dead letters are listed by pages, in the order of their ids',
    run: onOutbox(async (trial) => {
      for (let index = 0; index < 25; index++) {
        await trial.addFailed(`e-${index}`, orders, failureOfCode(index % 2 === 0 ? 'EVEN' : 'ODD'));
      }
      const all = await trial.letters();
      expectEqual(
        envelopesOf(all),
        Array.from({ length: 25 }, (_, index) => `e-${index}`),
        'all, in the order of failing',
      );
      expectEqual(new Set(all.map(({ id }) => id)).size, 25, 'how many ids there are');
      for (const filter of [{}, { code: 'ODD' }]) {
        const expected = await trial.letters(filter);
        const read: DeadLetter[] = [];
        for (;;) {
          const after = read.at(-1)?.id;
          const page = await trial.outbox.deadLetters(filter, { ...(after === undefined ? {} : { after }), limit: 4 });
          expectThat(page.length <= 4, `a page has at most 4, not ${page.length}`);
          if (page.length === 0) break;
          read.push(...page);
        }
        expectEqual(read, expected, `all pages together by ${JSON.stringify(filter)}`);
      }
      const [, , , third] = all;
      await trial.outbox.dropDeadLetters({ ids: [third!.id] });
      const page = await trial.outbox.deadLetters({}, { after: third!.id, limit: 2 });
      expectEqual(envelopesOf(page), ['e-4', 'e-5'], 'the page after one that is gone');
    }),
  },
  {
    name: 'dead letters are dropped by a filter, for good',
    run: onOutbox(async (trial) => {
      await failSix(trial);
      expectEqual(
        await trial.outbox.dropDeadLetters({ destination: 'orders', code: 'REFUSED' }),
        2,
        'how many are dropped',
      );
      expectEqual(envelopesOf(await trial.letters()), ['e-1', 'e-3', 'e-4', 'e-5'], 'the dead letters that are left');
      expectEqual(await trial.outbox.dropDeadLetters({ code: 'NOTHING' }), 0, 'how many are dropped of none');
      expectEqual(await trial.outbox.dropDeadLetters({ ids: [] }), 0, 'how many are dropped of no ids');
      expectEqual(await trial.outbox.dropDeadLetters({}), 4, 'how many are dropped of all');
      expectEqual([await trial.letters(), await trial.outbox.countDeadLetters({})], [[], 0], 'what is left then');
      const receipt = await trial.outbox.replayDeadLetters({}, [orders, people]);
      expectEqual(receipt, { replayed: 0, unfitting: 0 }, 'what is left to replay');
      const later = await trial.addFailed('later', orders);
      expectEqual(await trial.letters(), [later], 'the dead letters after one more');
    }),
  },
];

import { noopLogger, type Outbox, type Settlement } from '@dest/core';
import { VirtualClock } from '@dest/testkit';
import { Settler } from '../../src/delivery/settler';
import { passTime } from '../support/pass-time';
import { storedDelivery } from '../support/stored-delivery';

interface Asked {
  readonly sequences: readonly number[];
  readonly answer: (error?: Error) => void;
}

/** A settler, its clock, and what it asks of an outbox that answers when it is told to. */
function settlerOverSlowOutbox(): { settler: Settler; clock: VirtualClock; asked: Asked[] } {
  const clock = new VirtualClock();
  const asked: Asked[] = [];
  const settle = (settlements: readonly Settlement[]): Promise<void> =>
    new Promise((resolve, reject) => {
      const sequences = settlements.map(({ delivery }) => delivery.sequence);
      asked.push({ sequences, answer: (error) => (error === undefined ? resolve() : reject(error)) });
    });
  const outbox = { settle } as unknown as Outbox;
  return { settler: new Settler({ destination: 'd', outbox, clock, logger: noopLogger }), clock, asked };
}

function delivered(first: number, count: number): Settlement[] {
  return Array.from({ length: count }, (_, index) => ({
    delivery: storedDelivery({ sequence: first + index }),
    outcome: { status: 'delivered' },
    settledAt: 0,
  }));
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('what comes to an end all at once is told in steps, each when the outbox has the one before', async () => {
  const { settler, asked } = settlerOverSlowOutbox();
  const all = settler.settle(delivered(0, 1_600));
  // Half of what is left, and a hundred in the end.
  for (const [step, pending] of [800, 400, 200, 100, 0].entries()) {
    expect(asked).toHaveLength(step + 1);
    asked[step]?.answer();
    await turn();
    expect(settler.pending).toBe(pending);
  }
  await expect(all).resolves.toBe(true);
  expect(asked.flatMap(({ sequences }) => sequences)).toEqual(Array.from({ length: 1_600 }, (_, sequence) => sequence));
  expect(settler.pending).toBe(0);
});

test('what many calls hand in meanwhile goes together, and each hears of its own', async () => {
  const { settler, asked } = settlerOverSlowOutbox();
  const heard: string[] = [];
  const note = (name: string, count: number, first: number): void => {
    void settler.settle(delivered(first, count)).then(() => heard.push(name));
  };
  note('a', 1, 0);
  note('b', 1, 1);
  note('c', 300, 2);
  expect(asked.map(({ sequences }) => sequences.length)).toEqual([1]);
  asked[0]?.answer();
  await turn();
  expect(heard).toEqual(['a']);
  // Half of what is left, then a hundred, then the rest.
  expect(asked[1]?.sequences).toHaveLength(150);
  for (const step of [1, 2]) {
    asked[step]?.answer();
    await turn();
    expect(heard).toEqual(['a', 'b']);
  }
  asked[3]?.answer();
  await turn();
  expect(heard).toEqual(['a', 'b', 'c']);
});

test('what the outbox refused is told again, before anything else', async () => {
  const { settler, clock, asked } = settlerOverSlowOutbox();
  const first = settler.settle(delivered(0, 2));
  const second = settler.settle(delivered(2, 1));
  asked[0]?.answer(new Error('disk full'));
  await passTime(clock, 1_000);
  expect(asked.map(({ sequences }) => sequences)).toEqual([
    [0, 1],
    [0, 1],
  ]);
  asked[1]?.answer();
  await turn();
  asked[2]?.answer();
  await expect(Promise.all([first, second])).resolves.toEqual([true, true]);
});

test('on closing what is left is tried once more and given up, also what was handed in behind it', async () => {
  const { settler, asked } = settlerOverSlowOutbox();
  const first = settler.settle(delivered(0, 1));
  const second = settler.settle(delivered(1, 1));
  asked[0]?.answer(new Error('disk full'));
  await turn();
  settler.close();
  await turn();
  asked[1]?.answer(new Error('disk full'));
  await expect(first).resolves.toBe(false);
  await turn();
  asked[2]?.answer(new Error('disk full'));
  await expect(second).resolves.toBe(false);
});

test('nothing is told of nothing', async () => {
  const { settler, asked } = settlerOverSlowOutbox();
  await expect(settler.settle([])).resolves.toBe(true);
  expect(asked).toEqual([]);
});

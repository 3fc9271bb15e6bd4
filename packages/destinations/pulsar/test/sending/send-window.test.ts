import { SendBatch } from '../../src/sending/send-batch';
import { SendFailure } from '../../src/sending/send-outcome';
import { SendWindow, type WindowLimits } from '../../src/sending/send-window';

const LARGE: WindowLimits = { maxMessages: 100, maxBytes: 100 };

/** Messages whose ids count up from `first`. */
function batchOf(first: number, count: number): SendBatch<string> {
  return new SendBatch(
    first,
    Array.from({ length: count }, (_, position) => `message ${first + position}`),
  );
}

function filled(limits: WindowLimits, count: number): SendWindow<string> {
  const window = new SendWindow<string>(limits);
  window.add(batchOf(1, count));
  return window;
}

function takeAll(window: SendWindow<string>, size = 1): number[] {
  const ids = [];
  for (let pending = window.take(); pending !== undefined; pending = window.take()) {
    expect(pending.content).toBe(`message ${pending.id}`);
    window.weigh(pending, size);
    ids.push(pending.id);
  }
  expect(window.canTake()).toBe(false);
  return ids;
}

it('hands out in order up to the cap on messages, and what is removed makes room', () => {
  const window = filled({ maxMessages: 3, maxBytes: 100 }, 5);

  expect(takeAll(window)).toEqual([1, 2, 3]);
  expect(window.remove(2)?.id).toBe(2);
  expect(window.remove(2)).toBeUndefined();
  expect(takeAll(window)).toEqual([4]);
});

it('hands out up to the cap on bytes, and always one', () => {
  const window = filled({ maxMessages: 10, maxBytes: 10 }, 4);

  expect(takeAll(window, 6)).toEqual([1, 2]);
  window.remove(1);
  window.remove(2);
  expect(takeAll(window, 6)).toEqual([3, 4]);
});

it('hands out batch after batch, however many are in one, and goes on after it ran empty', () => {
  const window = new SendWindow<string>(LARGE);
  window.add(batchOf(1, 2));
  window.add(batchOf(3, 0));
  window.add(batchOf(3, 1));
  window.add(batchOf(4, 3));

  expect(takeAll(window)).toEqual([1, 2, 3, 4, 5, 6]);
  window.add(batchOf(7, 1));
  expect(takeAll(window)).toEqual([7]);
});

it('does not hand out what has ended already', () => {
  const [some, all] = [batchOf(1, 3), batchOf(4, 2)];
  const window = new SendWindow<string>(LARGE);
  for (const position of [0, 2]) some.settle(position, new SendFailure('too large'));
  all.fail('too large');
  window.add(some);
  window.add(all);

  expect(takeAll(window)).toEqual([2]);
});

it('puts what was on the wire before what waits, without what nobody waits for', () => {
  const window = filled({ maxMessages: 3, maxBytes: 100 }, 5);
  takeAll(window);
  const second = window.inFlight.get(2);
  second?.succeed('known');

  window.requeue();

  expect(takeAll(window)).toEqual([1, 3, 4]);
  expect(second?.settled).toBe(true);
});

it('keeps the order where the wire is gone twice, and only some were on it the second time', () => {
  const window = filled(LARGE, 6);
  for (let count = 1; count <= 4; count += 1) window.take();
  window.requeue();
  for (let count = 1; count <= 2; count += 1) window.take();

  window.requeue();

  expect(takeAll(window)).toEqual([1, 2, 3, 4, 5, 6]);
});

it('is left empty by clear, which tells of every batch that has not ended', () => {
  const window = new SendWindow<string>({ maxMessages: 3, maxBytes: 100 });
  const batches = [batchOf(1, 2), batchOf(3, 2), batchOf(5, 2)];
  for (const batch of batches) window.add(batch);
  takeAll(window);

  expect([...window.clear()]).toEqual(batches);
  expect(takeAll(window)).toEqual([]);
  window.add(batchOf(7, 1));
  expect(takeAll(window)).toEqual([7]);
});

describe('a batch that is withdrawn', () => {
  it('is not put on the wire, wherever it waits', () => {
    const [first, second, third] = [batchOf(1, 2), batchOf(3, 2), batchOf(5, 2)];
    const window = new SendWindow<string>(LARGE);
    for (const batch of [first, second, third]) window.add(batch);
    for (let count = 1; count <= 3; count += 1) window.take();
    window.requeue();
    // One of it was on a wire, one never.
    window.withdraw(second);

    expect(takeAll(window)).toEqual([1, 2, 5, 6]);
  });

  it('in the middle, keeps what is on the wire there', () => {
    const batch = batchOf(1, 2);
    const window = new SendWindow<string>(LARGE);
    window.add(batch);
    window.take();

    window.withdraw(batch);

    expect(takeAll(window)).toEqual([]);
    expect([...window.inFlight.keys()]).toEqual([1]);
  });

  it.each(['before', 'after'])(
    '%s the wire is gone, goes there again as far as it was, where all is repeated',
    (when) => {
      const batch = batchOf(1, 3);
      const window = new SendWindow<string>(LARGE, { repeatsAll: true });
      window.add(batch);
      window.add(batchOf(4, 1));
      for (let count = 1; count <= 2; count += 1) window.take();

      if (when === 'after') window.requeue();
      window.withdraw(batch);
      batch.fail('its time is over');
      if (when === 'before') window.requeue();

      expect(takeAll(window)).toEqual([1, 2, 4]);
    },
  );
});

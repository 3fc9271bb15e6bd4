import { PendingSend } from '../../src/sending/pending-send';
import { SendWindow } from '../../src/sending/send-window';

function pendingSend(id: number, size = 1): PendingSend<string> {
  return new PendingSend(id, String(id), size, { settle: () => undefined }, 0);
}

function filled(limits: { maxMessages: number; maxBytes: number }, count: number, size = 1): SendWindow<string> {
  const window = new SendWindow<string>(limits);
  for (let id = 1; id <= count; id += 1) window.add(pendingSend(id, size));
  return window;
}

function takeAll(window: SendWindow<string>): number[] {
  const ids = [];
  for (let pending = window.take(); pending !== undefined; pending = window.take()) ids.push(pending.id);
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
  const window = filled({ maxMessages: 10, maxBytes: 10 }, 4, 6);

  expect(takeAll(window)).toEqual([1, 2]);
  window.remove(1);
  window.remove(2);
  expect(takeAll(window)).toEqual([3, 4]);
});

it('takes on more after it ran empty', () => {
  const window = filled({ maxMessages: 10, maxBytes: 10 }, 1);
  expect(takeAll(window)).toEqual([1]);
  window.add(pendingSend(2));
  expect(takeAll(window)).toEqual([2]);
});

it('puts what was on the wire before what waits, without what nobody waits for', async () => {
  const window = filled({ maxMessages: 3, maxBytes: 100 }, 5);
  takeAll(window);
  const second = window.inFlight.get(2);
  second?.succeed('known');

  window.requeue();

  expect(takeAll(window)).toEqual([1, 3, 4]);
  expect(window.clear().map(({ id }) => id)).toEqual([1, 3, 4, 5]);
  expect(takeAll(window)).toEqual([]);
  expect(second?.settled).toBe(true);
});

it('forgets what is withdrawn', () => {
  const window = new SendWindow<string>({ maxMessages: 10, maxBytes: 10 });
  const [first, second] = [pendingSend(1), pendingSend(2)];
  window.add(first);
  window.add(second);

  window.withdraw(first);

  expect(takeAll(window)).toEqual([2]);
});

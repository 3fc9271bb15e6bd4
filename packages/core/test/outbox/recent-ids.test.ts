import { RecentIds } from '../../src/outbox';

const NOTHING: ReadonlySet<string> = new Set();

test('an id is known until its window is over, and nothing is held after that', () => {
  const recent = new RecentIds(100);
  recent.remember('a', NOTHING, 1_000);
  recent.remember('b', new Set(['orders']), 1_050);
  expect([recent.owed('a', 1_099), recent.owed('a', 1_100)]).toEqual([NOTHING, undefined]);
  expect([recent.owed('b', 1_149), recent.owed('b', 1_150)]).toEqual([new Set(['orders']), undefined]);
  expect(recent.owed('c', 1_000)).toBeUndefined();
});

test('what is owed can change, and the window stays', () => {
  const recent = new RecentIds(100);
  recent.remember('a', new Set(['orders']), 0);
  recent.remember('a', NOTHING, 60);
  expect([recent.owed('a', 99), recent.owed('a', 100)]).toEqual([NOTHING, undefined]);
});

test('an id that comes again after its window is known for another one', () => {
  const recent = new RecentIds(100);
  recent.remember('a', NOTHING, 0);
  recent.remember('b', NOTHING, 90);
  recent.remember('a', NOTHING, 100);
  recent.remember('c', NOTHING, 150);
  expect([recent.owed('a', 199), recent.owed('b', 189)]).toEqual([NOTHING, NOTHING]);
});

test('of more than a million the oldest are forgotten', () => {
  const recent = new RecentIds(86_400_000);
  for (let index = 0; index < 1_000_010; index++) recent.remember(`e-${index}`, NOTHING, 0);
  expect([recent.owed('e-9', 0), recent.owed('e-10', 0), recent.owed('e-1000009', 0)]).toEqual([
    undefined,
    NOTHING,
    NOTHING,
  ]);
});

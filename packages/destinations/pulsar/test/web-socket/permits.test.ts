import { Permits } from '../../src/web-socket/permits';

function come(permits: Permits, from: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => permits.came(`${from + index}`)).filter((asked) => asked > 0);
}

test('what is acknowledged makes room, an eighth at a time', () => {
  const permits = new Permits(800);
  expect(permits.first()).toBe(800);
  expect(come(permits, 0, 700)).toEqual([]);
  const asked = Array.from({ length: 250 }, (_, index) => permits.acknowledged(`${index}`));
  expect(asked.filter((count) => count > 0)).toEqual([100, 100]);
});

test('where nothing is on its way any more, any room is asked for at once', () => {
  const permits = new Permits(800);
  permits.first();
  // One of them was for nothing: acknowledged at once.
  permits.came('marker');
  expect(permits.acknowledged('marker')).toBe(0);
  expect(come(permits, 0, 799)).toEqual([1]);
  expect(permits.acknowledged('0')).toBe(0);
  expect(permits.came('799')).toBe(1);
  expect(permits.came('800')).toBe(0);
  expect(permits.acknowledged('1')).toBe(1);
});

test('never more are here and on their way than may be, also where that is much', () => {
  const permits = new Permits(25_000);
  let asked = permits.first();
  expect(asked).toBe(10_000);
  for (let number = 0; number < asked; number++) asked += permits.came(`${number}`);
  expect(asked).toBe(25_000);
});

test('what comes once more takes no more room', () => {
  const permits = new Permits(800);
  permits.first();
  expect(come(permits, 0, 100)).toEqual([]);
  expect(come(permits, 0, 100)).toEqual([100]);
});

test('without a bound, as many are asked for as come', () => {
  const permits = new Permits(Infinity);
  expect(permits.first()).toBe(10_000);
  expect(come(permits, 0, 5_000)).toEqual([1_250, 1_250, 1_250, 1_250]);
});

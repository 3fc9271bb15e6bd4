import { Gate } from '../../src/intake/gate';

const wanted = (): boolean => true;
const passed: string[] = [];
const pass = (gate: Gate, name: string, isWanted = wanted): void =>
  void gate.pass(isWanted).then((isThrough) => passed.push(isThrough ? name : `not ${name}`));

beforeEach(() => {
  passed.length = 0;
  jest.useFakeTimers();
  jest.spyOn(Math, 'random').mockReturnValue(1);
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

test('is open until something fails, then lets one through at a time, ever later, until that works', async () => {
  const gate = new Gate({ initialMs: 100, maxMs: 1_000 });
  pass(gate, 'first');
  await jest.advanceTimersByTimeAsync(0);
  gate.failed();
  for (const name of ['a', 'b', 'c']) pass(gate, name);
  await jest.advanceTimersByTimeAsync(99);
  expect(passed).toEqual(['first']);
  await jest.advanceTimersByTimeAsync(1);
  expect(passed).toEqual(['first', 'a']);
  gate.failed();
  await jest.advanceTimersByTimeAsync(199);
  expect(passed).toEqual(['first', 'a']);
  await jest.advanceTimersByTimeAsync(1);
  expect(passed).toEqual(['first', 'a', 'b']);
  gate.worked();
  pass(gate, 'd');
  await jest.advanceTimersByTimeAsync(0);
  expect(passed.toSorted()).toEqual(['a', 'b', 'c', 'd', 'first']);
});

test('waits as long as is asked for, and no longer where nobody waits any more', async () => {
  const gate = new Gate({ initialMs: 100, maxMs: 1_000 });
  gate.failed(5_000);
  let isWanted = true;
  pass(gate, 'a', () => isWanted);
  await jest.advanceTimersByTimeAsync(4_999);
  expect(passed).toEqual([]);
  isWanted = false;
  gate.sweep();
  await jest.advanceTimersByTimeAsync(1);
  expect(passed).toEqual(['not a']);
  // Nobody was there to find out: who comes next does.
  pass(gate, 'b');
  await jest.advanceTimersByTimeAsync(0);
  expect(passed).toEqual(['not a', 'b']);
});

test('lets nobody through once all is over', async () => {
  const gate = new Gate({ initialMs: 100, maxMs: 1_000 });
  gate.failed();
  pass(gate, 'a');
  gate.end();
  pass(gate, 'b');
  await jest.advanceTimersByTimeAsync(1_000);
  expect(passed.toSorted()).toEqual(['not a', 'not b']);
});

import { VirtualClock } from '../src/virtual-clock';

test('stands still until it is told to go on', () => {
  const clock = new VirtualClock(1_000);
  expect([clock.now(), clock.monotonic()]).toEqual([1_000, 0]);
  clock.advance(50);
  expect([clock.now(), clock.monotonic()]).toEqual([1_050, 50]);
});

test('calls what is due in order of time, each once, at its time', () => {
  const clock = new VirtualClock(0);
  const called: string[] = [];
  const note = (name: string) => (): unknown => called.push(`${name} at ${clock.now()}`);
  clock.schedule(30, note('third'));
  clock.schedule(10, note('first'));
  clock.schedule(10, note('second'));
  clock.schedule(31, note('late'));
  clock.advance(30);
  clock.advance(0);
  expect(called).toEqual(['first at 10', 'second at 10', 'third at 30']);
});

test('calls what a callback schedules, where it is due as well', () => {
  const clock = new VirtualClock(0);
  const called: number[] = [];
  const again = (): void => {
    called.push(clock.now());
    clock.schedule(10, again);
  };
  clock.schedule(10, again);
  clock.advance(35);
  expect(called).toEqual([10, 20, 30]);
  expect(clock.now()).toBe(35);
});

test('never calls what was cancelled', () => {
  const clock = new VirtualClock(0);
  const callback = jest.fn();
  const cancel = clock.schedule(10, callback);
  cancel();
  cancel();
  clock.advance(100);
  expect(callback).not.toHaveBeenCalled();
});

test('may be set back: nothing becomes due by it, and delays last as long as they were to', () => {
  const clock = new VirtualClock(86_400_000);
  const callback = jest.fn();
  clock.schedule(100, callback);
  clock.set(0);
  expect([clock.now(), clock.monotonic()]).toEqual([0, 0]);
  clock.set(172_800_000);
  expect(callback).not.toHaveBeenCalled();
  clock.advance(99);
  expect(callback).not.toHaveBeenCalled();
  clock.advance(1);
  expect(callback).toHaveBeenCalledTimes(1);
});

test('a delay below 0 is due at once, and time never goes back for it', () => {
  const clock = new VirtualClock(500);
  const times: number[] = [];
  clock.schedule(-100, () => times.push(clock.now(), clock.monotonic()));
  clock.advance(0);
  expect(times).toEqual([500, 0]);
});

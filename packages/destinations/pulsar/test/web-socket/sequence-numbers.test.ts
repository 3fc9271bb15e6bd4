import { SequenceNumbers } from '../../src/web-socket/sequence-numbers';

function times(count: number, action: () => void): void {
  for (let index = 0; index < count; index++) action();
}

it('begins before zero, and goes on after what was acknowledged', () => {
  const numbers = new SequenceNumbers();
  expect(numbers.next()).toBe(-1);
  times(10, () => numbers.sent());
  times(4, () => numbers.acknowledged());
  expect(numbers.next()).toBe(3);
  // A connection that came to nothing changes nothing.
  expect(numbers.next()).toBe(3);
});

it('in doubt goes on after everything that may have been used, by any connection', () => {
  const numbers = new SequenceNumbers();
  numbers.next();
  times(10, () => numbers.sent());
  times(2, () => numbers.acknowledged());
  expect(numbers.next()).toBe(1);
  times(3, () => numbers.sent());
  numbers.doubt();
  expect(numbers.next()).toBe(9);
  times(3, () => numbers.sent());
  times(3, () => numbers.acknowledged());
  expect(numbers.next()).toBe(12);
});

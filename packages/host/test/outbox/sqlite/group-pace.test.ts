import { GroupPace } from '../../../src/outbox/sqlite/group-pace';

/** So many callers, each of whom asks again as soon as it is answered. */
function paceOf(callers: number, time: { commitMs: number; workMsEach: number }): GroupPace {
  const pace = new GroupPace();
  for (let group = 0; group < 50; group++) {
    for (let asked = 0; asked < callers; asked++) pace.asked();
    pace.answered(callers);
    pace.took({ commitMs: time.commitMs, workMs: time.workMsEach * callers }, callers);
  }
  for (let asked = 0; asked < callers; asked++) pace.asked();
  return pace;
}

test('callers are parted in two where a commit is cheap beside their work', () => {
  expect(paceOf(100, { commitMs: 0.5, workMsEach: 0.02 }).maxAppends).toBe(50);
});

test('callers stay together where a commit costs more than it would help', () => {
  expect(paceOf(100, { commitMs: 5, workMsEach: 0.02 }).maxAppends).toBe(Infinity);
  expect(paceOf(4, { commitMs: 0.5, workMsEach: 0.02 }).maxAppends).toBe(Infinity);
});

test('a few long commits, such as those that bring the log into the file, change little', () => {
  const pace = paceOf(100, { commitMs: 0.5, workMsEach: 0.02 });
  pace.took({ commitMs: 100, workMs: 2 }, 100);
  expect(pace.maxAppends).toBe(50);
});

test('callers that have gone are forgotten by and by', () => {
  const pace = paceOf(1_000, { commitMs: 0.5, workMsEach: 0.02 });
  pace.answered(1_000);
  for (let group = 0; group < 500; group++) {
    for (let asked = 0; asked < 100; asked++) pace.asked();
    pace.answered(100);
  }
  expect(pace.maxAppends).toBeLessThan(60);
});

test('a group without appends and settlements tells nothing', () => {
  const pace = paceOf(100, { commitMs: 0.5, workMsEach: 0.02 });
  for (let group = 0; group < 100; group++) pace.took({ commitMs: 50, workMs: 0 }, 0);
  expect(pace.maxAppends).toBe(50);
});

test('before anything was measured all go together', () => {
  const pace = new GroupPace();
  for (let asked = 0; asked < 10; asked++) pace.asked();
  expect(pace.maxAppends).toBe(Infinity);
});

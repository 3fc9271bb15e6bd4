import { GroupPace } from '../../../src/outbox/sqlite/group-pace';

/** So many callers, each of whom asks again as soon as it is answered, and takes so long for it. */
function paceOf(callers: number, { commitMs, turnMs }: { commitMs: number; turnMs: number }): GroupPace {
  const pace = new GroupPace();
  for (let group = 0; group < 50; group++) {
    for (let asked = 0; asked < callers; asked++) pace.asked();
    pace.idled(turnMs * callers, callers);
    pace.answered(callers, commitMs);
  }
  for (let asked = 0; asked < callers; asked++) pace.asked();
  return pace;
}

test('callers are parted in two where a commit takes less than to answer them', () => {
  expect(paceOf(100, { commitMs: 0.5, turnMs: 0.03 }).maxAppends).toBe(50);
});

test('callers stay together where a commit takes longer than that', () => {
  expect(paceOf(100, { commitMs: 5, turnMs: 0.03 }).maxAppends).toBe(Infinity);
  expect(paceOf(4, { commitMs: 0.5, turnMs: 0.03 }).maxAppends).toBe(Infinity);
});

test('a few long commits, such as those that bring the log into the file, change little', () => {
  const pace = paceOf(100, { commitMs: 0.5, turnMs: 0.03 });
  for (let asked = 0; asked < 100; asked++) pace.asked();
  pace.answered(100, 100);
  expect(pace.maxAppends).toBeLessThanOrEqual(100);
});

test('callers that have gone are forgotten by and by', () => {
  const pace = paceOf(1_000, { commitMs: 0.5, turnMs: 0.03 });
  pace.answered(1_000, 0.5);
  for (let group = 0; group < 500; group++) {
    for (let asked = 0; asked < 100; asked++) pace.asked();
    pace.answered(100, 0.5);
  }
  expect(pace.maxAppends).toBeLessThan(60);
});

test('what is asked for without appends tells nothing of callers', () => {
  const pace = paceOf(100, { commitMs: 0.5, turnMs: 0.03 });
  for (let group = 0; group < 100; group++) pace.idled(0, 0);
  expect(pace.maxAppends).toBe(50);
});

test('before anything was measured all go together', () => {
  const pace = new GroupPace();
  for (let asked = 0; asked < 10; asked++) pace.asked();
  expect(pace.maxAppends).toBe(Infinity);
});

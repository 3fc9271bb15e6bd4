import { noopLogger } from '@dest/core';
import { farBehind } from '../../src/outbox/far-behind';
import { FollowedTopic } from '../../src/outbox/followed-topic';
import { Journal } from '../../src/outbox/journal';
import { JournalState } from '../../src/outbox/journal-state';
import { Numbers } from '../../src/outbox/numbers';
import { parseTopic } from '../../src/topic';
import { MemoryCluster } from '../support/memory-cluster';
import { until } from '../support/until';

const TOPIC = parseTopic('journal');
const WINDOW_MS = 60_000;
const KEEPER = 'dest-keeper';

let cluster: MemoryCluster;
let now: number;
const opened: { close(): Promise<void> }[] = [];

beforeEach(() => {
  cluster = new MemoryCluster();
  now = 1_000_000;
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

async function openJournal(run: string): Promise<{ readonly journal: Journal; readonly state: JournalState }> {
  const state = new JournalState({ run, dedupeWindowMs: WINDOW_MS });
  const journal = await Journal.open({
    transport: cluster.connect(),
    topic: TOPIC,
    run,
    logger: noopLogger,
    state,
    numbers: new Numbers(),
    now: () => now,
    dedupeWindowMs: WINDOW_MS,
    onEntry: () => undefined,
  });
  opened.push(journal);
  return { journal, state };
}

const kept = (): number => cluster.topic(TOPIC.full).backlog(KEEPER);

test('ids that were noted a few at a time are put together, and known to a host that starts', async () => {
  const { journal } = await openJournal('first');
  for (let index = 0; index < 250; index++) {
    journal.noteId({ id: `id-${index}`, at: now });
    await journal.flush();
  }
  await until(() => kept() < 60);
  const { state } = await openJournal('second');
  for (let index = 0; index < 250; index++) expect(state.recent.owed(`id-${index}`, now)).toEqual(new Set());
  now += WINDOW_MS + 1;
  // What is left: the two hosts.
  await until(() => kept() <= 2);
});

test('who is owed a copy stays known, in the order in which it was noted', async () => {
  const { journal } = await openJournal('first');
  journal.noteId({ id: 'a', at: now, owed: ['orders'] });
  await journal.flush();
  for (let index = 0; index < 250; index++) {
    journal.noteId({ id: `id-${index}`, at: now });
    await journal.flush();
  }
  journal.noteId({ id: 'a', at: now });
  await journal.flush();
  await until(() => kept() < 60);
  const { state } = await openJournal('second');
  expect(state.recent.owed('a', now)).toEqual(new Set());
});

test('what is needed for long does not keep all that comes after it', async () => {
  const { journal } = await openJournal('first');
  await journal.write({ kind: 'destination', destination: 'orders' });
  const tried = { id: 'd-1', envelope: 7, attempts: 2, tries: 3, dueAt: 5, scheduledAt: 1, history: [] };
  await journal.write({ kind: 'tried', notes: [{ ...tried, number: new Numbers().next() }] });
  const topic = cluster.topic(TOPIC.full);
  for (let index = 0; index < 6_100; index++) {
    const entry = { v: 1, run: 'x', count: index, entry: { kind: 'settled', ids: [`n-${index}`] } };
    topic.publish({ payload: JSON.stringify(entry), properties: {} });
  }
  await until(() => topic.firstKept > 6_000);
  const { state } = await openJournal('second');
  expect(state.destinations).toEqual(['orders']);
  expect(state.noteOf('d-1', 7)).toMatchObject(tried);
});

test('a note that is written once more does not take the place of a later one', async () => {
  const { journal, state } = await openJournal('first');
  const numbers = new Numbers();
  const note = { id: 'd-1', envelope: 7, attempts: 1, tries: 1, dueAt: 5, scheduledAt: 1, history: [] };
  const [early, late] = [numbers.next(), numbers.next()];
  await journal.write({ kind: 'tried', notes: [{ ...note, number: late, attempts: 2 }] });
  await journal.write({ kind: 'tried', notes: [{ ...note, number: early }] });
  expect(state.noteOf('d-1', 7)).toMatchObject({ attempts: 2 });
});

test('what comes for long is waited for, as long as something comes', async () => {
  const topic = cluster.topic(TOPIC.full);
  for (let index = 0; index < 2_000; index++) {
    const entry = { v: 1, run: 'x', count: index, entry: { kind: 'destination', destination: `d-${index}` } };
    topic.publish({ payload: JSON.stringify(entry), properties: {} });
  }
  const { state } = await openJournal('first');
  expect(state.destinations.length).toBe(2_000);
});

test('an entry that can not be written is not written in place of anything', async () => {
  let restated = 0;
  const followed = await FollowedTopic.open<number, number>({
    transport: cluster.connect(),
    topic: TOPIC,
    run: 'first',
    logger: noopLogger,
    isEntry: (entry) => typeof entry === 'number',
    apply: () => undefined,
    traceOf: (entry) => entry,
    isNeeded: (trace) => trace === 1,
    restate: (needed) =>
      farBehind(needed).map((one) => ({
        write: () => {
          restated++;
          return Promise.reject(new Error('away'));
        },
        instead: [one],
      })),
  });
  opened.push(followed);
  await followed.write(1);
  const topic = cluster.topic(TOPIC.full);
  for (let index = 0; index < 5_100; index++) {
    topic.publish({ payload: JSON.stringify({ v: 1, run: 'x', count: index, entry: 2 }), properties: {} });
  }
  await until(() => restated > 1 && kept() === 1);
  expect(topic.firstKept).toBe(0);
});

test('a try that began is over whenever its delivery is settled: before it is written, meanwhile, or after', async () => {
  const { journal, state } = await openJournal('first');
  const { state: other } = await openJournal('second');
  const [before, after] = ['d-before', 'd-after'];
  journal.noteStarted({ id: before, tries: 2 });
  journal.noteSettled(before);
  await journal.flush();
  expect(state.isNoted(before)).toBe(false);
  journal.noteStarted({ id: 'd-meanwhile', tries: 2 });
  const writing = journal.flush();
  journal.noteSettled('d-meanwhile');
  await writing;
  journal.noteStarted({ id: after, tries: 2 });
  await journal.flush();
  expect(state.isNoted(after)).toBe(true);
  journal.noteSettled(after);
  await journal.flush();
  await until(() => ['d-before', 'd-meanwhile', 'd-after'].every((id) => !state.isNoted(id) && !other.isNoted(id)));
});

import { Worker } from 'node:worker_threads';
import { TransientError, type AcceptedEnvelope, type AppendReceipt, type NewDelivery } from '@dest/core';
import { OutboxFolder } from './support/outbox-folder';
import { accepted, copyFor, delivered, laneOf } from './support/samples';

const folder = new OutboxFolder();
const lane = laneOf('orders');

afterEach(() => jest.restoreAllMocks());

describe('close', () => {
  test('finishes what was asked for before', async () => {
    const { outbox } = await folder.open();
    const appended = ['a', 'b', 'c'].map((id) => outbox.append(accepted(id), [copyFor(lane)]));
    const forgotten = outbox.forget('profile of b');
    await outbox.close();
    expect((await Promise.all(appended)).map(({ deliveries }) => deliveries.length)).toEqual([1, 1, 1]);
    expect(await forgotten).toMatchObject({ envelopes: 1 });
    const { outbox: next } = await folder.open();
    expect(await next.size(lane)).toMatchObject({ waiting: 2 });
  });

  test('is safe twice, at once and later, and without an open', async () => {
    const { outbox } = await folder.open();
    await Promise.all([outbox.close(), outbox.close()]);
    await outbox.close();
    await folder.create().close();
  });

  test('is the end: whatever is asked for later is refused with a code', async () => {
    const { outbox } = await folder.open();
    await outbox.append(accepted('a'), [copyFor(lane)]);
    const waiting = await outbox.read(lane, { after: 0, limit: 1, which: 'all' });
    await outbox.close();
    const calls = [
      outbox.append(accepted('b'), [copyFor(lane)]),
      outbox.settle(waiting.map(delivered)),
      outbox.read(lane, { after: 0, limit: 1, which: 'all' }),
      outbox.load(waiting),
      outbox.size(lane),
      outbox.lanes(),
      outbox.forget('ada'),
    ];
    for (const call of calls) {
      await expect(call).rejects.toBeInstanceOf(TransientError);
      await expect(call).rejects.toMatchObject({ code: 'OUTBOX_CLOSED' });
    }
    expect(() => outbox.started(waiting)).toThrow(folder.file);
  });

  test('an outbox that is not open yet refuses, too', async () => {
    await expect(folder.create().lanes()).rejects.toMatchObject({ code: 'OUTBOX_CLOSED' });
  });
});

test('a thread that ends fails everything that waits and comes later, with a code, and is reported', async () => {
  const { outbox, logged } = await folder.open();
  await outbox.append(accepted('a'), [copyFor(lane)]);
  // The thread gets nothing more to do, and ends while that is waited for.
  const posted = jest.spyOn(Worker.prototype, 'postMessage').mockImplementation(() => undefined);
  const [appended, listed] = [outbox.append(accepted('b'), [copyFor(lane)]), outbox.deadLetters({}, { limit: 1 })];
  const outcomes = Promise.allSettled([appended, listed]);
  while (posted.mock.calls.length === 0) await new Promise(setImmediate);
  await (posted.mock.contexts[0] as Worker).terminate();
  for (const outcome of await outcomes) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'OUTBOX_WORKER_DIED' } });
  }
  await expect(outbox.append(accepted('c'), [copyFor(lane)])).rejects.toMatchObject({ code: 'OUTBOX_WORKER_DIED' });
  expect(logged.map(({ fields }) => fields['code'])).toEqual(['OUTBOX_WORKER_DIED']);
  await outbox.close();
  jest.restoreAllMocks();
  const { outbox: next } = await folder.open();
  expect(await next.size(lane)).toMatchObject({ waiting: 1 });
});

test.each<[string, Partial<AcceptedEnvelope>, Partial<NewDelivery>]>([
  ['an id that is no text', { id: 5 as never }, {}],
  ['a time that is no number', { acceptedAt: Number.NaN }, {}],
  ['no envelope', { envelope: undefined as never }, {}],
  ['an envelope that is no JSON', { envelope: { event: { type: 'paid', properties: { n: 1n } } } }, {}],
  ['a key that is no text', {}, { key: 5 as never }],
  ['no limit', {}, { limit: undefined as never }],
  ['changes that are no JSON', {}, { changes: [1n] as never }],
])('an append with %s fails alone', async (_, change, copy) => {
  const { outbox } = await folder.open();
  const add = (id: string): Promise<AppendReceipt> => outbox.append(accepted(id), [copyFor(lane, { changes: [id] })]);
  const first = add('a');
  const wrong = outbox.append({ ...accepted('wrong'), ...change }, [copyFor(lane), copyFor(lane, copy)]);
  const calls = [first, wrong, add('b'), add('c')];
  const outcomes = await Promise.allSettled(calls);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  const waiting = await outbox.read(lane, { after: 0, limit: 10, which: 'all' });
  expect((await outbox.load(waiting)).map((loaded) => loaded?.id)).toEqual(['a', 'b', 'c']);
  expect(waiting.map(({ changes }) => changes)).toEqual([['a'], ['b'], ['c']]);
  const ids = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value.deliveries : []));
  expect(ids.map(({ id }) => id)).toEqual(waiting.map(({ id }) => id));
  expect(await outbox.size(lane)).toMatchObject({ waiting: 3 });
});

import { PermanentError, systemClock, TransientError } from '@dest/core';
import { MemoryOutbox, startHost, type Host } from '@dest/host';
import { recordingDestination } from '../../../packages/host/test/support/recording-destination';
import { order, startedHost } from '../../../packages/host/test/support/started-host';
import { configFile } from './support/config-file';
import { keptOutboxes, outboxTypes } from './support/kept-outbox';
import { turns, until } from './support/paced-clock';
import { stopAfterwards } from './support/stop-afterwards';

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);
const retry = { initialDelayMs: 1, maxDelayMs: 1 };

/** A destination that refuses for good what `refuses` says. */
function refusing(name = 'target') {
  const state: { refuses: (n: number) => boolean; code: string } = { refuses: () => true, code: 'REFUSED' };
  const target = recordingDestination(name, {
    dispatch: ({ data: [data] }) => {
      const n = typeof data === 'object' ? (data as { n: number }).n : data;
      if (state.refuses(Number(n))) throw new PermanentError(`no ${String(n)}`, { code: state.code });
    },
  });
  return { target, state };
}

describe.each(outboxTypes)('replay (%s)', (type) => {
  async function start(destinations: readonly object[], register: readonly object[]) {
    const kept = keptOutboxes[type]();
    const of = (changed: readonly object[]): object => ({ outbox: kept.configuration, destinations: changed });
    const config = configFile(of(destinations));
    const again = async (): Promise<Host> => {
      const host = await startHost({ config: config.path, register, random: () => 0, ...kept.options });
      stopAfterwards(() => host.close());
      return host;
    };
    return { host: await again(), again, write: (changed: readonly object[]) => config.write(of(changed)) };
  }
  const one = { id: 'one', package: 'target', mapping: 'event@n', delivery: { retry, concurrency: 1 } };

  test('delivers dead letters by the mapping of today, with the key of before, and they are dead letters no more', async () => {
    const { target, state } = refusing();
    const { host, write } = await start([one], [target.class]);
    for (const n of numbers(0, 5)) await host.dispatch(order(n));
    await host.drain();
    expect(await host.countDeadLetters({})).toBe(5);
    write([{ ...one, mapping: { n: 'event@n', mended: true } }]);
    await host.reload();
    state.refuses = () => false;
    expect(await host.replayDeadLetters({})).toEqual({ replayed: 5, unfitting: 0 });
    await until(() => target.delivered.length === 5);
    await host.drain({ waitForRetries: true });
    expect(target.delivered.toSorted((a, b) => (a as { n: number }).n - (b as { n: number }).n)).toEqual(
      numbers(0, 5).map((n) => ({ n, mended: true })),
    );
    const again = target.calls.slice(5);
    expect(again.flatMap(({ keys }) => keys).toSorted()).toEqual(numbers(0, 5).map((n) => `order-${n}:one`));
    expect(again.every(({ possiblyDelivered }) => possiblyDelivered[0])).toBe(true);
    expect(await host.countDeadLetters({})).toBe(0);
    expect((await host.lanes())[0]).toMatchObject({ waiting: 0, state: 'ready' });
  });

  test('goes behind what is live', async () => {
    const { target, state } = refusing();
    const held: (() => void)[] = [];
    const gate = recordingDestination('gate', {
      dispatch: ({ data: [n] }, count) => {
        if (count <= 5) throw new PermanentError('no');
        // The first live one holds the lane until all the others wait.
        return n === 100 ? new Promise((resolve) => held.push(resolve)) : undefined;
      },
    });
    state.refuses = () => false;
    const { host } = await start([{ ...one, package: 'gate' }], [target.class, gate.class]);
    for (const n of numbers(0, 5)) await host.dispatch(order(n));
    await host.drain();
    await host.dispatch(order(100));
    await until(() => held.length === 1);
    expect(await host.replayDeadLetters({})).toMatchObject({ replayed: 5 });
    for (const n of numbers(101, 110)) await host.dispatch(order(n));
    await turns();
    held[0]?.();
    await until(() => gate.delivered.length === 15);
    expect(gate.delivered.slice(0, 10)).toEqual(numbers(100, 110));
    expect(gate.delivered.slice(10).toSorted()).toEqual(numbers(0, 5));
  });

  test('that fails again is a dead letter again, with everything that happened', async () => {
    const { target, state } = refusing();
    const { host } = await start([one], [target.class]);
    await host.dispatch(order(1));
    await host.drain();
    state.code = 'REFUSED_AGAIN';
    await host.replayDeadLetters({});
    await until(() => target.calls.length === 2);
    await host.drain({ waitForRetries: true });
    await until(async () => (await host.countDeadLetters({})) === 1);
    const [letter] = await host.listDeadLetters({}, { limit: 10 });
    expect(letter).toMatchObject({
      envelopeId: 'order-1',
      failure: { code: 'REFUSED_AGAIN' },
      history: [{ code: 'REFUSED' }, { code: 'REFUSED_AGAIN' }],
      tries: 2,
    });
    expect((await host.showDeadLetter(letter!.id))?.envelope).toEqual(order(1));
  });

  test('is of those that were asked for: by destination, code, time and id; what fits no lane stays', async () => {
    const { target, state } = refusing();
    const two = { ...one, id: 'two' };
    const { host, write } = await start([one, two], [target.class]);
    state.code = 'EARLY';
    await host.dispatch(order(1));
    await host.drain();
    const between = Date.now();
    await until(() => Date.now() > between + 1);
    state.code = 'LATE';
    await host.dispatch(order(2));
    await host.drain();
    state.refuses = () => false;
    const left = async (): Promise<string[]> =>
      (await host.listDeadLetters({}, { limit: 10 }))
        .map(({ envelopeId, lane }) => `${envelopeId} ${lane.destination}`)
        .toSorted();
    expect(await left()).toEqual(['order-1 one', 'order-1 two', 'order-2 one', 'order-2 two']);
    expect(await host.replayDeadLetters({ code: 'LATE', failedBefore: between })).toMatchObject({ replayed: 0 });
    expect(await host.replayDeadLetters({ destination: 'one', code: 'EARLY' })).toMatchObject({ replayed: 1 });
    await until(() => target.delivered.length === 1);
    expect(await left()).toEqual(['order-1 two', 'order-2 one', 'order-2 two']);
    expect(await host.replayDeadLetters({ destination: 'one', failedFrom: between })).toMatchObject({ replayed: 1 });
    await until(() => target.delivered.length === 2);
    expect(await left()).toEqual(['order-1 two', 'order-2 two']);

    write([one]);
    await host.reload();
    expect(await host.replayDeadLetters({})).toEqual({ replayed: 0, unfitting: 2 });
    expect(await left()).toEqual(['order-1 two', 'order-2 two']);
    // Another generation is the same destination to an operator.
    write([one, { ...two, generation: 2 }]);
    await host.reload();
    const [letter] = await host.listDeadLetters({}, { limit: 1 });
    expect(await host.replayDeadLetters({ ids: [letter!.id] })).toEqual({ replayed: 1, unfitting: 0 });
    await until(() => target.delivered.length === 3);
    expect(await left()).toEqual(['order-2 two']);
  });

  test('of what is for a destination that is down waits for it, over a restart too', async () => {
    const { target, state } = refusing();
    const { host, again } = await start([one], [target.class]);
    for (const n of numbers(0, 20)) await host.dispatch(order(n));
    await host.drain();
    let down = true;
    state.refuses = () => {
      if (down) throw new TransientError('down', { scope: 'destination' });
      return false;
    };
    expect(await host.replayDeadLetters({})).toMatchObject({ replayed: 20 });
    await until(() => target.calls.length > 22);
    await host.close();
    expect(target.delivered).toEqual([]);

    down = false;
    const next = await again();
    await until(async () => (await next.lanes())[0]?.waiting === 0 && target.delivered.length >= 20);
    expect(target.delivered.toSorted((a, b) => Number(a) - Number(b))).toEqual(numbers(0, 20));
    expect(await next.countDeadLetters({})).toBe(0);
  });
});

test('a replay that the outbox can not note yet is not made again meanwhile', async () => {
  const outbox = new MemoryOutbox({ clock: systemClock, dedupeWindowMs: 1_000 });
  const settle = outbox.settle.bind(outbox);
  const { target, state } = refusing();
  const { host } = { host: await startedHost({ destinations: [{ id: 'one', package: 'target', mapping: 'event@n', delivery: { concurrency: 1, retry } }] }, { register: [target.class], outbox }) }; // prettier-ignore
  for (const n of numbers(0, 3)) await host.dispatch(order(n));
  await host.drain();
  state.refuses = () => false;
  const looked: number[] = [];
  const readReplays = outbox.readReplays.bind(outbox);
  outbox.readReplays = async (...parameters) => {
    const read = await readReplays(...parameters);
    looked.push(read.length);
    return read;
  };
  let full = true;
  outbox.settle = (settlements) => (full ? Promise.reject(new Error('disk full')) : settle(settlements));
  await host.replayDeadLetters({});
  // It is looked for more while those that were delivered are still there.
  await until(() => target.delivered.length === 3 && looked.filter((found) => found === 3).length > 2);
  full = false;
  await host.drain({ waitForRetries: true });
  await until(async () => (await host.lanes())[0]?.waiting === 0);
  expect(target.delivered.toSorted()).toEqual([0, 1, 2]);
});

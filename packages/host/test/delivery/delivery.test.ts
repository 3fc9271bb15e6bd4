import { ConfigurationError, PermanentError, TransientError, type Settlement } from '@dest/core';
import { allDelivered, recordingDestination } from '../support/recording-destination';
import { eager, order, startedHost } from '../support/started-host';

const mapping = 'event@n';

function observed(): { failed: string[]; observer: { settled: (settlement: Settlement) => void } } {
  const failed: string[] = [];
  const settled = ({ outcome }: Settlement): void => {
    if (outcome.status === 'failed') failed.push(outcome.failure.code);
  };
  return { failed, observer: { settled } };
}

test('what is dispatched is mapped and delivered, with the same key on every retry', async () => {
  const target = recordingDestination('target', {
    dispatch: (_call, count) => {
      if (count < 3) throw new TransientError('not yet');
    },
  });
  const host = await startedHost(
    {
      destinations: [
        { id: 'd', package: 'target', mapping: { n: 'event@n', who: 'profile@id' }, delivery: { retry: eager } },
      ],
    },
    { register: [target.class] },
  );
  const receipt = await host.dispatch(order(1));
  expect(receipt).toMatchObject({
    id: 'order-1',
    duplicate: false,
    deliveries: [{ destination: 'd' }],
    skipped: [],
    refused: [],
  });
  await host.drain({ waitForRetries: true });
  expect(target.delivered).toEqual([{ n: 1, who: 'p1' }]);
  expect(target.calls.map(({ keys }) => keys[0])).toEqual(['order-1:d', 'order-1:d', 'order-1:d']);
  expect(target.calls.map(({ attempts, possiblyDelivered }) => [attempts[0], possiblyDelivered[0]])).toEqual([
    [1, false],
    [2, true],
    [3, true],
  ]);
});

test('an item that keeps failing by its own fault is given up after maxAttempts', async () => {
  const target = recordingDestination('target', { dispatch: () => Promise.reject(new Error('odd')) });
  const { failed, observer } = observed();
  const host = await startedHost(
    { destinations: [{ id: 'd', package: 'target', delivery: { retry: eager } }] },
    { register: [target.class], observer },
  );
  await host.dispatch(order(1));
  await host.drain({ waitForRetries: true });
  expect(target.calls).toHaveLength(3);
  expect(failed).toEqual(['ATTEMPTS_EXHAUSTED']);
});

test('a destination that is down uses up no attempts', async () => {
  const target = recordingDestination('target', {
    dispatch: (_call, count) => {
      if (count <= 8) throw new TransientError('down', { scope: 'destination' });
    },
  });
  const host = await startedHost(
    { destinations: [{ id: 'd', package: 'target', mapping, delivery: { retry: eager } }] },
    { register: [target.class] },
  );
  await host.dispatch(order(1));
  await host.drain({ waitForRetries: true });
  expect(target.delivered).toEqual([1]);
});

test('what waits for longer than maxAge is given up', async () => {
  let now = 1_000;
  const clock = {
    now: () => now,
    schedule: (delayMs: number, callback: () => void) => {
      const at = now + delayMs;
      const timer = setTimeout(
        () => {
          now = Math.max(now, at);
          callback();
        },
        delayMs > 1_000 ? 1_000 : 0,
      );
      return () => clearTimeout(timer);
    },
  };
  const target = recordingDestination('target', {
    dispatch: () => {
      now += 60_000;
      throw new TransientError('down', { scope: 'destination' });
    },
  });
  const { failed, observer } = observed();
  const host = await startedHost(
    {
      destinations: [
        { id: 'd', package: 'target', delivery: { timeoutMs: 10_000_000, retry: { ...eager, maxAge: '5m' } } },
      ],
    },
    { register: [target.class], observer, clock },
  );
  await host.dispatch(order(1));
  await host.drain({ waitForRetries: true });
  expect(failed).toEqual(['AGE_EXCEEDED']);
  expect(target.calls).toHaveLength(5);
});

test('a permanent error is not tried again', async () => {
  const target = recordingDestination('target', {
    dispatch: () => Promise.reject(new PermanentError('never', { code: 'NEVER' })),
  });
  const { failed, observer } = observed();
  const host = await startedHost(
    { destinations: [{ id: 'd', package: 'target' }] },
    { register: [target.class], observer },
  );
  await host.dispatch(order(1));
  await host.drain({ waitForRetries: true });
  expect(target.calls).toHaveLength(1);
  expect(failed).toEqual(['NEVER']);
});

test('a configuration error pauses the lane and keeps everything', async () => {
  const refusing = recordingDestination('refusing', { open: () => { throw new ConfigurationError('no entry', { code: 'REFUSED' }); } }); // prettier-ignore
  const working = recordingDestination('working');
  const host = await startedHost(
    {
      destinations: [
        { id: 'a', package: 'refusing' },
        { id: 'b', package: 'working', mapping },
      ],
    },
    { register: [refusing.class, working.class] },
  );
  for (const n of [1, 2, 3]) await host.dispatch(order(n));
  await host.drain({ waitForRetries: true });
  const [a, b] = await host.lanes();
  expect(a).toMatchObject({ state: 'paused', waiting: 3, lastFailure: { code: 'REFUSED' } });
  expect(b).toMatchObject({ state: 'ready', waiting: 0 });
  expect(working.delivered.toSorted()).toEqual([1, 2, 3]);
  expect(refusing.lifecycle).toEqual(['open', 'close']);
});

test('a paused destination is probed, and goes on when it works', async () => {
  let now = 0;
  const timers: { at: number; callback: () => void }[] = [];
  const clock = {
    now: () => now,
    schedule: (delayMs: number, callback: () => void) => {
      const timer = { at: now + delayMs, callback };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer) >>> 0, 1);
    },
  };
  const target = recordingDestination('target', { open: (count) => { if (count === 1) throw new ConfigurationError('no entry'); } }); // prettier-ignore
  const host = await startedHost(
    { destinations: [{ id: 'd', package: 'target', mapping }] },
    { register: [target.class], clock },
  );
  await host.dispatch(order(1));
  await host.drain();
  expect((await host.lanes())[0]?.state).toBe('paused');
  const probe = timers.find(({ at }) => at > 0 && at <= 30_000);
  now = 30_000;
  probe?.callback();
  await new Promise((resolve) => setImmediate(resolve));
  await host.drain();
  expect(target.delivered).toEqual([1]);
  expect((await host.lanes())[0]?.state).toBe('ready');
});

describe('a call that does not end', () => {
  test('is cut off at its deadline, its instance closed, and the delivery tried with a new one', async () => {
    let signal: AbortSignal | undefined;
    const target = recordingDestination('target', {
      dispatch: (call, count) => {
        if (count > 1) return;
        ({ signal } = call);
        return new Promise(() => undefined);
      },
    });
    const host = await startedHost(
      { destinations: [{ id: 'd', package: 'target', mapping, delivery: { timeoutMs: 50, retry: eager } }] },
      { register: [target.class] },
    );
    await host.dispatch(order(1));
    await host.drain({ waitForRetries: true });
    expect(target.delivered).toEqual([1]);
    expect(signal?.aborted).toBe(true);
    expect(target.lifecycle).toEqual(['open', 'close', 'open']);
  });

  test('does not hold up another destination', async () => {
    const hanging = recordingDestination('hanging', { dispatch: () => new Promise(() => undefined) });
    const working = recordingDestination('working');
    const host = await startedHost(
      {
        shutdownMs: 10,
        destinations: [
          { id: 'a', package: 'hanging' },
          { id: 'b', package: 'working', mapping },
        ],
      },
      { register: [hanging.class, working.class] },
    );
    for (let n = 0; n < 20; n++) await host.dispatch(order(n));
    while (working.delivered.length < 20) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(hanging.calls).toHaveLength(4);
  });
});

describe('batches', () => {
  const delivery = { retry: eager, batch: { maxItems: 4, lingerMs: 0 }, concurrency: 1 };

  test('are filled up to maxItems', async () => {
    const target = recordingDestination('target', { batch: allDelivered });
    const host = await startedHost(
      {
        destinations: [
          { id: 'd', package: 'target', mapping, delivery: { ...delivery, batch: { maxItems: 4, lingerMs: 1_000 } } },
        ],
      },
      { register: [target.class] },
    );
    await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((n) => host.dispatch(order(n))));
    await host.drain();
    expect(target.calls.map(({ data }) => data)).toEqual([[1, 2, 3, 4], [5, 6, 7, 8]]); // prettier-ignore
  });

  test('only the items that failed are tried again', async () => {
    const target = recordingDestination('target', {
      batch: (items, _call, count) =>
        items.map(({ data }) =>
          data === 2 && count === 1 ? { ok: false, error: new TransientError('no') } : { ok: true },
        ),
    });
    const host = await startedHost(
      {
        destinations: [
          { id: 'd', package: 'target', mapping, delivery: { ...delivery, batch: { maxItems: 4, lingerMs: 1_000 } } },
        ],
      },
      { register: [target.class] },
    );
    await Promise.all([1, 2, 3, 4].map((n) => host.dispatch(order(n))));
    await host.drain({ waitForRetries: true });
    expect(target.calls.map(({ data }) => data)).toEqual([[1, 2, 3, 4], [2]]);
  });

  test('a whole batch that is refused for good is split until the guilty one is found', async () => {
    const target = recordingDestination('target', {
      batch: (items) => {
        if (items.some(({ data }) => data === 3)) throw new PermanentError('bad apple', { code: 'BAD' });
        return allDelivered(items);
      },
    });
    const { failed, observer } = observed();
    const host = await startedHost(
      {
        destinations: [
          { id: 'd', package: 'target', mapping, delivery: { ...delivery, batch: { maxItems: 500, lingerMs: 1_000 } } },
        ],
      },
      { register: [target.class], observer },
    );
    const all = Array.from({ length: 500 }, (_, n) => n);
    await Promise.all(all.map((n) => host.dispatch(order(n))));
    await host.drain({ waitForRetries: true });
    expect(failed).toEqual(['BAD']);
    expect(target.delivered.toSorted((a, b) => Number(a) - Number(b))).toEqual(all.filter((n) => n !== 3));
  });

  test.each<[string, unknown]>([
    ['too short', []],
    ['too long', [{ ok: true }, { ok: true }]],
    ['nothing', undefined],
    ['of the wrong shape', ['yes']],
    ['a number', 1],
  ])('a result that is %s is no success', async (_name, result) => {
    const target = recordingDestination('target', { batch: () => result });
    const { failed, observer } = observed();
    const host = await startedHost(
      { destinations: [{ id: 'd', package: 'target', delivery }] },
      { register: [target.class], observer },
    );
    await host.dispatch(order(1));
    await host.drain({ waitForRetries: true });
    expect(failed).toEqual(['ATTEMPTS_EXHAUSTED']);
    expect((await host.lanes())[0]?.lastFailure?.code).toBe('CONTRACT_BREACH');
  });
});

describe('order', () => {
  test('a key waits behind its own failing head, and only that key', async () => {
    const target = recordingDestination('target', {
      dispatch: (call, count) => {
        if (call.data[0] === 'a1' && count <= 4) throw new TransientError('not yet');
      },
    });
    const host = await startedHost(
      {
        destinations: [
          {
            id: 'd',
            package: 'target',
            mapping: 'event@name',
            delivery: { ordering: 'key', retry: { maxAttempts: 9, initialDelayMs: 5, maxDelayMs: 5 } },
          },
        ],
      },
      { register: [target.class] },
    );
    for (const name of ['a1', 'a2', 'b1', 'a3', 'b2']) {
      await host.dispatch({ id: name, event: { type: 'x', name }, profile: { id: name[0] as string } });
    }
    await host.drain({ waitForRetries: true });
    const ofKey = (key: string) => target.delivered.filter((name) => (name as string).startsWith(key));
    expect(ofKey('a')).toEqual(['a1', 'a2', 'a3']);
    expect(ofKey('b')).toEqual(['b1', 'b2']);
    expect(target.delivered.indexOf('b2')).toBeLessThan(target.delivered.indexOf('a1'));
  });

  test.each([
    [false, [['a1', 'b1'], ['a2', 'b2']]], // prettier-ignore
    [true, [['a1', 'a2', 'b1', 'b2']]],
  ])('one of a key per batch, unless batches are ordered (%s)', async (orderedBatches, expected) => {
    const target = recordingDestination('target', { batch: allDelivered, orderedBatches });
    const host = await startedHost(
      {
        destinations: [
          {
            id: 'd',
            package: 'target',
            mapping: 'event@name',
            delivery: { ordering: 'key', concurrency: 1, batch: { lingerMs: 20 } },
          },
        ],
      },
      { register: [target.class] },
    );
    const names = ['a1', 'a2', 'b1', 'b2'];
    await Promise.all(
      names.map((name) => host.dispatch({ id: name, event: { type: 'x', name }, profile: { id: name[0] as string } })),
    );
    await host.drain();
    expect(target.calls.map(({ data }) => data)).toEqual(expected);
  });

  test('strict order holds everything behind a failing head', async () => {
    const target = recordingDestination('target', { dispatch: (_call, count) => { if (count === 1) throw new TransientError('no'); } }); // prettier-ignore
    const host = await startedHost(
      { destinations: [{ id: 'd', package: 'target', mapping, delivery: { ordering: 'strict', retry: eager } }] },
      { register: [target.class] },
    );
    for (const n of [1, 2, 3]) await host.dispatch(order(n, `p${n}`));
    await host.drain({ waitForRetries: true });
    expect(target.delivered).toEqual([1, 2, 3]);
  });
});

describe('taking in', () => {
  test('the same id twice within the window is one', async () => {
    const target = recordingDestination('target');
    const host = await startedHost({ destinations: [{ id: 'd', package: 'target' }] }, { register: [target.class] });
    await host.dispatch(order(1));
    expect(await host.dispatch(order(1))).toMatchObject({ duplicate: true, deliveries: [] });
    await host.drain();
    expect(target.calls).toHaveLength(1);
  });

  test('the id is the sender’s, else the event’s, else the intake’s, else a new one', async () => {
    const host = await startedHost({ destinations: [] });
    const event = { type: 'a', id: 'from-event' };
    expect((await host.dispatch({ id: 'own', event })).id).toBe('own');
    expect((await host.dispatch({ event }, { fallbackId: 'line:1' })).id).toBe('from-event');
    expect((await host.dispatch({ event: { type: 'a' } }, { fallbackId: 'line:1' })).id).toBe('line:1');
    expect((await host.dispatch({ event: { type: 'a' } })).id).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('a full lane refuses only its own copy', async () => {
    const hanging = recordingDestination('hanging', { dispatch: () => new Promise(() => undefined) });
    const host = await startedHost(
      {
        shutdownMs: 10,
        destinations: [
          { id: 'small', package: 'hanging', delivery: { maxBytes: 100 } },
          { id: 'large', package: 'hanging' },
        ],
      },
      { register: [hanging.class] },
    );
    await host.dispatch(order(1));
    const { deliveries, refused } = await host.dispatch(order(2));
    expect(deliveries.map(({ destination }) => destination)).toEqual(['large']);
    expect(refused).toEqual([{ destination: 'small', reason: 'lane-full' }]);
    // Sent again, it is no duplicate for the lane that refused it, and one for the lane that took it.
    expect(await host.dispatch(order(2))).toMatchObject({
      duplicate: false,
      deliveries: [],
      refused: [{ destination: 'small' }],
    });
    expect(await host.dispatch(order(1))).toMatchObject({ duplicate: true });
  });

  test.each<[string, unknown, RegExp]>([
    ['no object', 5, /should be an object with an event or a profile, is 5/],
    ['nothing in it', {}, /event and profile are both missing/],
    ['an event without a type', { event: {} }, /event\.type is missing/],
    ['a type that is no text', { event: { type: 5 } }, /event\.type should be a text that is not empty, is 5/],
    ['a profile that is a list', { profile: [] }, /profile should be an object, is a list/],
    ['something unknown', { event: { type: 'a' }, porfile: {} }, /porfile is not known here/],
    ['changes that are none', { profile: {}, changes: 'a' }, /changes should be a list of paths, is "a"/],
  ])('%s is refused', async (_name, envelope, message) => {
    const host = await startedHost({ destinations: [] });
    await expect(host.dispatch(envelope as never)).rejects.toMatchObject({
      code: 'ENVELOPE_INVALID',
      message: expect.stringMatching(message),
    });
  });

  test('a closed host takes nothing in, and closing twice is once', async () => {
    const target = recordingDestination('target');
    const host = await startedHost({ destinations: [{ id: 'd', package: 'target' }] }, { register: [target.class] });
    await host.dispatch(order(1));
    await host.drain();
    await Promise.all([host.close(), host.close()]);
    expect(target.lifecycle).toEqual(['open', 'close']);
    await expect(host.dispatch(order(2))).rejects.toMatchObject({ code: 'HOST_CLOSED' });
  });

  test('closing waits for what is under way, and for no close() that never ends', async () => {
    let finish = (): void => undefined;
    const target = recordingDestination('target', { dispatch: () => new Promise((resolve) => (finish = resolve)) });
    const host = await startedHost(
      { destinations: [{ id: 'd', package: 'target', mapping }] },
      { register: [target.class] },
    );
    await host.dispatch(order(1));
    while (target.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const closed = host.close();
    finish();
    await closed;
    expect(target.delivered).toEqual([1]);
  });
});

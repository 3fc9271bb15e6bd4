import { ConfigurationError, PermanentError, systemClock, TransientError, type Settlement } from '@dest/core';
import { MemoryOutbox } from '@dest/host';
import { allDelivered, recordingDestination } from '../support/recording-destination';
import { eager, order, startedHost } from '../support/started-host';

const mapping = 'event@n';
/** A breaker that never opens by failures of items. */
const unbroken = { failuresInARow: 0, failureRate: 0 };

function failures(): { codes: string[]; observer: { settled: (settlement: Settlement) => void } } {
  const codes: string[] = [];
  const settled = ({ outcome }: Settlement): void => {
    if (outcome.status === 'failed') codes.push(outcome.failure.code);
  };
  return { codes, observer: { settled } };
}

function memoryOutbox(): MemoryOutbox {
  return new MemoryOutbox({ clock: systemClock, dedupeWindowMs: 1_000 });
}

test('a text nested a hundred thousand levels deep keeps nobody of its batch back', async () => {
  const target = recordingDestination('target', { batch: allDelivered });
  const host = await startedHost(
    { destinations: [{ id: 'd', package: 'target', mapping: { x: { $parse: 'event@text' } } }] },
    { register: [target.class] },
  );
  const texts = ['1', '['.repeat(100_000) + ']'.repeat(100_000), '2'];
  await Promise.all(texts.map((text, index) => host.dispatch({ id: `e${index}`, event: { type: 'a', text } })));
  await host.drain({ waitForRetries: true });
  expect(target.delivered).toEqual([{ x: 1 }, { x: null }, { x: 2 }]);
});

test('an outbox that fails to note an outcome is told again, and nothing is delivered twice for it', async () => {
  const outbox = memoryOutbox();
  const settle = outbox.settle.bind(outbox);
  const asked: string[][] = [];
  outbox.settle = (settlements) => {
    asked.push(settlements.map(({ delivery }) => delivery.id));
    return asked.length === 1 ? Promise.reject(new Error('disk full')) : settle(settlements);
  };
  const target = recordingDestination('target');
  const host = await startedHost(
    { destinations: [{ id: 'd', package: 'target', mapping, delivery: { ordering: 'key' } }] },
    { register: [target.class], outbox },
  );
  for (const n of [1, 2, 3]) await host.dispatch(order(n));
  expect(await host.drain({ waitForRetries: true, timeoutMs: 20_000 })).toBe(true);
  expect(target.delivered).toEqual([1, 2, 3]);
  const [refused, ...taken] = asked;
  expect(refused).not.toEqual([]);
  expect(taken.flat().toSorted()).toEqual([...new Set(taken.flat())].toSorted());
  expect(taken.flat()).toHaveLength(3);
  expect(await outbox.lanes()).toEqual([]);
});

test('an outbox that fails to be read is read again', async () => {
  const outbox = memoryOutbox();
  const read = outbox.read.bind(outbox);
  let calls = 0;
  outbox.read = (...parameters) => (++calls === 1 ? Promise.reject(new Error('busy')) : read(...parameters));
  const target = recordingDestination('target');
  const host = await startedHost(
    { destinations: [{ id: 'd', package: 'target', mapping }] },
    { register: [target.class], outbox },
  );
  await host.dispatch(order(1));
  while (target.delivered.length < 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(calls).toBeGreaterThan(1);
});

test.each(['none', 'key'])('thousands that wait for a retry hold nobody back who is due (%s)', async (ordering) => {
  const target = recordingDestination('target', {
    dispatch: ({ data: [n] }) => {
      if (typeof n === 'number' && n < 3_000) throw new TransientError('later', { retryAfterMs: 3_600_000 });
    },
  });
  const host = await startedHost(
    { destinations: [{ id: 'd', package: 'target', mapping, delivery: { ordering, breaker: unbroken } }] },
    { register: [target.class] },
  );
  // With `key` all the early ones are of one person, and only the first of them is ever tried.
  for (let n = 0; n < 3_000; n++) await host.dispatch(order(n, 'bad'));
  for (let n = 3_000; n < 3_100; n++) await host.dispatch(order(n, `good-${n}`));
  await host.drain();
  expect(target.delivered).toHaveLength(100);
});

describe('one delivery that hangs', () => {
  const hangs =
    (n: number) =>
    ({ data }: { readonly data: readonly unknown[] }): Promise<void> | undefined =>
      data.includes(n) ? new Promise<void>(() => undefined) : undefined;

  test('is given up after maxAttempts, and the others arrive, even one at a time', async () => {
    const target = recordingDestination('target', { dispatch: hangs(0) });
    const { codes, observer } = failures();
    const host = await startedHost(
      {
        destinations: [
          { id: 'd', package: 'target', mapping, delivery: { concurrency: 1, timeoutMs: 200, retry: eager } },
        ],
      },
      { register: [target.class], observer },
    );
    for (let n = 0; n < 5; n++) await host.dispatch(order(n));
    while (target.delivered.length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
    // As long as others work in between, each overrun is its own.
    for (let n = 5; codes.length === 0; n++) {
      await host.dispatch(order(n));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(codes).toEqual(['ATTEMPTS_EXHAUSTED']);
  });

  test('is found in its batch, and the rest of the batch arrives', async () => {
    const target = recordingDestination('target', {
      batch: async (items, call) => {
        await hangs(7)(call);
        return allDelivered(items);
      },
    });
    const host = await startedHost(
      {
        destinations: [
          { id: 'd', package: 'target', mapping, delivery: { concurrency: 1, timeoutMs: 200, retry: eager } },
        ],
      },
      { register: [target.class] },
    );
    await Promise.all(Array.from({ length: 16 }, (_, n) => host.dispatch(order(n))));
    while (target.delivered.length < 15) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(target.delivered).not.toContain(7);
  });

  test('is no fault of anybody’s while nothing works', async () => {
    const target = recordingDestination('target', { dispatch: () => new Promise(() => undefined) });
    const { codes, observer } = failures();
    const host = await startedHost(
      { shutdownMs: 10, destinations: [{ id: 'd', package: 'target', delivery: { timeoutMs: 5, retry: eager } }] },
      { register: [target.class], observer },
    );
    for (let n = 0; n < 3; n++) await host.dispatch(order(n));
    while (target.calls.length < 20) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(codes).toEqual([]);
  });
});

test('what one destination does to what it is handed, no other sees', async () => {
  const vandal = recordingDestination('vandal', {
    dispatch: ({ data: [data] }) => {
      (data as { event: { n: number } }).event.n = 666;
    },
  });
  const target = recordingDestination('target');
  const host = await startedHost(
    {
      destinations: [
        { id: 'a', package: 'vandal', delivery: { retry: { ...eager, maxAttempts: 1 } } },
        { id: 'b', package: 'target', mapping, delivery: { batch: { lingerMs: 5 } } },
      ],
    },
    { register: [vandal.class, target.class] },
  );
  const given = order(1);
  await host.dispatch(given);
  await host.drain({ waitForRetries: true });
  expect(target.delivered).toEqual([1]);
  expect(Object.isFrozen(given)).toBe(false);
});

test('calls that fail together count as one failure of the destination', async () => {
  let down = true;
  const target = recordingDestination('target', {
    dispatch: async () => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      if (down) throw new TransientError('down', { scope: 'destination' });
    },
  });
  const host = await startedHost(
    {
      destinations: [
        {
          id: 'd',
          package: 'target',
          mapping,
          delivery: { concurrency: 20, retry: { initialDelayMs: 20, maxDelayMs: 3_600_000 } },
        },
      ],
    },
    { register: [target.class] },
  );
  for (let n = 0; n < 20; n++) await host.dispatch(order(n));
  while (target.calls.length < 20 || (await host.lanes())[0]?.inFlight !== 0) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  down = false;
  // Twenty doublings would be hours.
  expect(await host.drain({ waitForRetries: true, timeoutMs: 20_000 })).toBe(true);
  expect(target.delivered).toHaveLength(20);
});

test('closing cuts off a batch that is being split', async () => {
  const target = recordingDestination('target', {
    batch: async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      throw new PermanentError('all bad');
    },
  });
  const host = await startedHost(
    { shutdownMs: 20, destinations: [{ id: 'd', package: 'target' }] },
    { register: [target.class] },
  );
  await Promise.all(Array.from({ length: 100 }, (_, n) => host.dispatch(order(n))));
  while (target.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await host.close();
  const calls = target.calls.length;
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(target.calls).toHaveLength(calls);
  expect(calls).toBeLessThan(5);
});

test('what drop-oldest drops while it is under way is not tried again', async () => {
  let release = (): void => undefined;
  const target = recordingDestination('target', {
    dispatch: async (_call, count) => {
      if (count > 1) return;
      await new Promise<void>((resolve) => (release = resolve));
      throw new TransientError('too late');
    },
  });
  const size = JSON.stringify({ ...order(1) }).length;
  const host = await startedHost(
    {
      destinations: [
        {
          id: 'd',
          package: 'target',
          mapping,
          delivery: { concurrency: 1, maxBytes: size + 5, whenFull: 'drop-oldest', retry: eager },
        },
      ],
    },
    { register: [target.class] },
  );
  await host.dispatch(order(1));
  while (target.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await host.dispatch(order(2));
  release();
  await host.drain({ waitForRetries: true });
  expect(target.delivered).toEqual([2]);
});

test('a close() that never ends is cut off', async () => {
  const target = recordingDestination('target', { close: () => new Promise(() => undefined) });
  const host = await startedHost(
    { shutdownMs: 30, destinations: [{ id: 'd', package: 'target' }] },
    { register: [target.class] },
  );
  await host.dispatch(order(1));
  await host.drain();
  await host.close();
  expect(target.lifecycle).toEqual(['open', 'close']);
});

test('an open() that fails for a reason of its own keeps what waits, and says why', async () => {
  const target = recordingDestination('target', {
    open: () => Promise.reject(new ConfigurationError('no entry', { code: 'NO_ENTRY' })),
  });
  const host = await startedHost({ destinations: [{ id: 'd', package: 'target' }] }, { register: [target.class] });
  await host.dispatch(order(1));
  await host.drain();
  expect((await host.lanes())[0]).toMatchObject({ state: 'paused', waiting: 1, lastFailure: { code: 'NO_ENTRY' } });
});

test('no failure tells a secret, however a plugin puts it', async () => {
  const secret = 'canary/secret+value';
  const forms = [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
    JSON.stringify({ token: secret }),
  ];
  const logged: string[] = [];
  const log = (...words: unknown[]): void => void logged.push(JSON.stringify(words));
  const target = recordingDestination('target', {
    credentials: { type: 'object', properties: { token: { type: 'string', writeOnly: true } } },
    dispatch: (_call, count) => {
      throw new TransientError(`refused ${forms[count % forms.length]}`);
    },
  });
  const seen: string[] = [];
  const host = await startedHost(
    {
      resources: [{ id: 'r', credentials: { production: { token: secret } } }],
      destinations: [
        { id: 'd', package: 'target', resource: { id: 'r' }, delivery: { retry: { ...eager, maxAttempts: 5 } } },
      ],
    },
    {
      register: [target.class],
      logger: { debug: log, info: log, warn: log, error: log },
      observer: { settled: ({ outcome }) => void seen.push(JSON.stringify(outcome)) },
    },
  );
  await host.dispatch(order(1));
  await host.drain({ waitForRetries: true });
  const everything = [...logged, ...seen, JSON.stringify(await host.lanes())].join('\n');
  expect(seen).toHaveLength(5);
  expect(everything).toContain('refused');
  for (const form of forms) expect(everything).not.toContain(form);
});

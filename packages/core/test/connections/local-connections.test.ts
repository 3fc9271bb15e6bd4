import { LocalConnections } from '@dest/core';

test('a connection is made once, and disposed of when its last holder lets go', async () => {
  const connections = new LocalConnections();
  const log: string[] = [];
  const acquire = () =>
    connections.acquire(
      'key',
      async () => {
        log.push('made');
        return 'connection';
      },
      async () => void log.push('disposed'),
    );
  const [first, second] = await Promise.all([acquire(), acquire()]);
  await first.release();
  await first.release();
  expect(log).toEqual(['made']);
  await second.release();
  expect(log).toEqual(['made', 'disposed']);
  await acquire();
  expect(log).toEqual(['made', 'disposed', 'made']);
});

test('a failure goes to all who wait, and is not remembered', async () => {
  const connections = new LocalConnections();
  let tries = 0;
  const acquire = () =>
    connections.acquire(
      'key',
      async () => {
        if (++tries === 1) throw new Error('not yet');
        return tries;
      },
      async () => undefined,
    );
  const [first, second] = await Promise.allSettled([acquire(), acquire()]);
  expect([first.status, second.status, tries]).toEqual(['rejected', 'rejected', 1]);
  await expect(acquire()).resolves.toMatchObject({ connection: 2 });
});

test('a connection that is being disposed of does not overlap the next one under its key', async () => {
  const connections = new LocalConnections();
  const log: string[] = [];
  let finish = (): void => undefined;
  const acquire = () =>
    connections.acquire(
      'key',
      async () => void log.push('made'),
      () => new Promise<void>((resolve) => (finish = () => (log.push('disposed'), resolve()))),
    );
  const first = await acquire();
  const released = first.release();
  await Promise.resolve();
  await Promise.resolve();
  const second = acquire();
  await new Promise((resolve) => setImmediate(resolve));
  finish();
  await Promise.all([released, second]);
  expect(log).toEqual(['made', 'disposed', 'made']);
});

test('keys are not confused with one another, and what is no key is refused', async () => {
  const connections = new LocalConnections();
  let made = 0;
  const acquire = async (key: unknown) =>
    (
      await connections.acquire(
        key as string,
        async () => ++made,
        async () => undefined,
      )
    ).connection;
  const keys = ['a,b', ['a,b'], ['a', 'b'], '["a","b"]', ['1', true], [1, true], ['1', 'true']];
  expect(await Promise.all(keys.map(acquire))).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(await acquire(['a', 'b'])).toBe(3);
  for (const key of [undefined, null, 5, { x: 1 }, [{ x: 1 }], [undefined]]) {
    await expect(acquire(key)).rejects.toMatchObject({ code: 'CONNECTION_KEY_INVALID' });
  }
});

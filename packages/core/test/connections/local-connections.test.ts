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

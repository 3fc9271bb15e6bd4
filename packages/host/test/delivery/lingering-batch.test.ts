import { VirtualClock } from '@dest/testkit';
import { LingeringBatch } from '../../src/delivery/lingering-batch';
import { passTime } from '../support/pass-time';
import { allDelivered, recordingDestination } from '../support/recording-destination';
import { startedHost } from '../support/started-host';
import { storedDelivery } from '../support/stored-delivery';

test('a batch may be full by items, or by bytes where the new ones are as large as the largest', () => {
  const batch = [100, 20].map((bytes, index) => storedDelivery({ sequence: index + 1, bytes }));
  const lingering = new LingeringBatch(batch, { items: 10, bytes: 500 });
  expect(lingering.mayBeFull(3, 1)).toBe(false);
  expect(lingering.mayBeFull(5, 3)).toBe(false);
  expect(lingering.mayBeFull(6, 4)).toBe(true);
  expect(lingering.mayBeFull(10, 1)).toBe(true);
});

test('a batch that is full by bytes lingers no longer', async () => {
  const clock = new VirtualClock();
  const target = recordingDestination('target', { batch: allDelivered });
  const batch = { maxBytes: 500, lingerMs: 60_000 };
  const host = await startedHost(
    { destinations: [{ id: 'd', package: 'target', delivery: { concurrency: 1, batch } }] },
    { register: [target.class], clock },
  );
  for (let n = 0; n < 20; n++) {
    await host.dispatch({ event: { type: 'a', n, text: 'x'.repeat(100) } });
    await passTime(clock, 1, 1);
  }
  expect(target.calls.length).toBeGreaterThanOrEqual(4);
  await passTime(clock, 60_000);
  expect(target.delivered).toHaveLength(20);
});

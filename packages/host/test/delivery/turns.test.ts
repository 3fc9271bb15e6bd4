import { allDelivered, recordingDestination } from '../support/recording-destination';
import { order, startedHost } from '../support/started-host';

/** Counts turns of the event loop. */
function countTurns(): { readonly current: number; stop: () => void } {
  let current = 0;
  let next = setImmediate(function tick() {
    current++;
    next = setImmediate(tick);
  });
  return {
    get current() {
      return current;
    },
    stop: () => clearImmediate(next),
  };
}

test('large calls begin and end in slices, so that other lanes have turns in between', async () => {
  const turns = countTurns();
  const begun: number[] = [];
  const settled = new Map<number, number>();
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const target = recordingDestination('target', {
    batch: async (items) => {
      if (items.length > 100) begun.push(turns.current);
      await gate;
      return allDelivered(items);
    },
  });
  const observer = { settled: () => void settled.set(turns.current, (settled.get(turns.current) ?? 0) + 1) };
  const host = await startedHost(
    { destinations: [{ id: 'd', package: 'target', delivery: { concurrency: 4, batch: { maxItems: 500 } } }] },
    { register: [target.class], observer },
  );
  // The first few take up the calls; all others wait until those end.
  for (let number = 0; number < 2_000; number++) await host.dispatch(order(number));
  open();
  await host.drain();
  turns.stop();
  expect(target.delivered).toHaveLength(2_000);
  expect(begun.length).toBeGreaterThanOrEqual(3);
  expect(new Set(begun).size).toBe(begun.length);
  expect(Math.max(...settled.values())).toBeLessThan(200);
});

import { TransientError } from '@dest/core';
import { startHost, type Host } from '@dest/host';
import { recordingDestination, type Recording } from '../../../packages/host/test/support/recording-destination';
import { order } from '../../../packages/host/test/support/started-host';
import { configFile } from './support/config-file';
import { outboxTypes } from './support/kept-outbox';
import { stopAfterwards } from './support/stop-afterwards';

const BYTES = Buffer.byteLength(JSON.stringify(order(1)));
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

interface Rig {
  readonly host: Host;
  readonly small: Recording;
  readonly large: Recording;
  readonly mend: () => Promise<void>;
  readonly logged: readonly string[];
}

/** Two destinations that are down: a lane with room for three envelopes, and one with room for all. */
async function start(type: string, whenFull: string): Promise<Rig> {
  let down = true;
  const dispatch = (): void => {
    if (down) throw new TransientError('down', { scope: 'destination' });
  };
  const [small, large] = [recordingDestination('small', { dispatch }), recordingDestination('large', { dispatch })];
  const retry = { initialDelayMs: 3_600_000, maxDelayMs: 3_600_000 };
  const outbox = type === 'memory' ? { type } : { type, path: 'outbox.db', ballast: 0 };
  const config = configFile({
    outbox,
    destinations: [
      {
        id: 'small',
        package: 'small',
        mapping: 'event@n',
        delivery: { retry, ordering: 'strict', maxBytes: 3 * BYTES, whenFull },
      },
      { id: 'large', package: 'large', mapping: 'event@n', delivery: { retry, ordering: 'strict' } },
    ],
  });
  const logged: string[] = [];
  const log = (message: string): void => void logged.push(message);
  const logger = { debug: () => undefined, info: () => undefined, warn: log, error: log };
  const host = await startHost({ config: config.path, register: [small.class, large.class], random: () => 1, logger });
  stopAfterwards(() => host.close());
  const mend = async (): Promise<void> => {
    // A call that is under way would end what follows.
    await host.drain();
    down = false;
    await host.resume('small');
    await host.resume('large');
    await host.drain({ waitForRetries: true });
  };
  return { host, small, large, mend, logged };
}

describe.each(outboxTypes)('a lane that is full (%s)', (type) => {
  test('reject: refuses its own copy, tells so, and takes it when it is sent again', async () => {
    const { host, small, large, mend } = await start(type, 'reject');
    const refused: number[] = [];
    for (const n of numbers(1, 9)) {
      const receipt = await host.dispatch(order(n));
      expect(receipt.deliveries.map(({ destination }) => destination)).toContain('large');
      if (receipt.refused.length > 0) refused.push(n);
      expect(receipt.deliveries.length + receipt.refused.length).toBe(2);
    }
    expect(refused).toEqual(numbers(4, 9));
    expect(await host.lanes()).toMatchObject([{ waiting: 3, refused: 5 }, { waiting: 8 }]);
    await mend();
    expect(small.delivered).toEqual(numbers(1, 4));
    expect(large.delivered).toEqual(numbers(1, 9));
    for (const n of numbers(1, 9)) {
      const { duplicate, deliveries } = await host.dispatch(order(n));
      expect([duplicate, deliveries.map(({ destination }) => destination)]).toEqual(
        n < 4 ? [true, []] : [false, ['small']],
      );
      await host.drain();
    }
    expect(small.delivered).toEqual(numbers(1, 9));
    expect(large.delivered).toEqual(numbers(1, 9));
    expect(await host.countDeadLetters({})).toBe(0);
  });

  test('drop-oldest: makes room, tells so, and never brings back what had to go', async () => {
    const { host, small, large, mend, logged } = await start(type, 'drop-oldest');
    for (const n of numbers(1, 9)) {
      expect(await host.dispatch(order(n))).toMatchObject({ duplicate: false, refused: [] });
      // Also what was tried before may go.
      await host.drain();
    }
    const [lane, roomy] = await host.lanes();
    expect(lane).toMatchObject({ waiting: 3, dropped: 5 });
    expect(lane).not.toHaveProperty('refused');
    expect(roomy).toMatchObject({ waiting: 8 });
    expect(roomy).not.toHaveProperty('dropped');
    expect(logged.filter((line) => line.includes('A delivery of small was dropped: its lane is full'))).not.toEqual([]);
    small.calls.length = 0;
    await mend();
    expect(small.delivered).toEqual([6, 7, 8]);
    expect(small.calls).toHaveLength(3);
    expect(large.delivered).toEqual(numbers(1, 9));
    expect(await host.countDeadLetters({})).toBe(0);
    expect(logged.filter((line) => /dead letter|DAMAGED/.test(line))).toEqual([]);
  });

  test.each(['reject', 'drop-oldest'])(
    '%s: an envelope larger than the whole lane is refused, and drops nothing',
    async (whenFull) => {
      const { host, small, mend } = await start(type, whenFull);
      await host.dispatch(order(1));
      const { refused } = await host.dispatch({ id: 'huge', event: { type: 'order', n: 2, text: 'x'.repeat(10_000) } });
      expect(refused).toEqual([{ destination: 'small', reason: 'lane-full' }]);
      await mend();
      expect(small.delivered).toEqual([1]);
    },
  );
});

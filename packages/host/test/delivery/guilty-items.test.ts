import { TransientError } from '@dest/core';
import { MemoryOutbox } from '@dest/host';
import { VirtualClock } from '@dest/testkit';
import { passTime } from '../support/pass-time';
import { allDelivered, recordingDestination, type Behaviour, type Recording } from '../support/recording-destination';
import { order, startedHost } from '../support/started-host';

const MINUTE_MS = 60_000;

/** What was delivered, and the dead letters, after so many minutes. */
async function afterMinutes(
  minutes: number,
  count: number,
  behaviour: Behaviour,
  delivery: object,
): Promise<{ readonly target: Recording; readonly deadLetters: readonly string[] }> {
  const clock = new VirtualClock();
  const target = recordingDestination('target', behaviour);
  const host = await startedHost(
    { destinations: [{ id: 'd', package: 'target', mapping: 'event@n', delivery }] },
    { register: [target.class], clock, outbox: new MemoryOutbox({ clock, dedupeWindowMs: MINUTE_MS }) },
  );
  for (let n = 1; n <= count; n++) await host.dispatch(order(n));
  for (let minute = 0; minute < minutes && target.delivered.length < count - 1; minute++) {
    await passTime(clock, MINUTE_MS, 1_000);
  }
  const letters = await host.listDeadLetters({}, { limit: 10 });
  return { target, deadLetters: letters.map(({ envelopeId }) => envelopeId) };
}

test('an item that never works, met first after an outage, holds nobody up', async () => {
  const behaviour: Behaviour = {
    dispatch: ({ data: [n] }, count) => {
      if (count <= 3) throw new TransientError('down', { scope: 'destination' });
      if (n === 1) throw new TransientError('poison');
    },
  };
  const { target } = await afterMinutes(30, 3, behaviour, { concurrency: 1, retry: { maxDelayMs: 10_000 } });
  expect(target.delivered).toEqual([2, 3]);
});

test.each([1, 4])(
  'of a batch that one item makes fail, the others are delivered (concurrency %s)',
  async (concurrency) => {
    const behaviour: Behaviour = {
      batch: (items) => {
        if (items.some(({ data }) => data === 150)) throw new Error('one of them is odd');
        return allDelivered(items);
      },
    };
    const delivery = { concurrency, batch: { maxItems: 100 }, retry: { maxAttempts: 20, maxDelayMs: 5_000 } };
    const { target } = await afterMinutes(30, 300, behaviour, delivery);
    expect(target.delivered.toSorted((left, right) => Number(left) - Number(right))).toEqual(
      Array.from({ length: 300 }, (_, index) => index + 1).filter((n) => n !== 150),
    );
  },
);

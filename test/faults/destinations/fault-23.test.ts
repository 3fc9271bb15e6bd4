import { TransientError } from '@dest/core';
import { recordingDestination } from '../../../packages/host/test/support/recording-destination';
import { order, startedHost } from '../../../packages/host/test/support/started-host';
import { Observed } from './support/observed';
import { PacedClock } from './support/paced-clock';

const DESTINATIONS = 500;
const EVENTS = 20;
const HOUR = 3_600_000;
const id = (number: number): string => `d${number}`;

test('fault 23: 500 destinations, one failing: exactly its copies wait', async () => {
  const clock = new PacedClock();
  const observer = new Observed();
  let fails = true;
  const target = recordingDestination('target', {
    dispatch: ({ keys: [key] }) => {
      if (fails && key?.endsWith(':d123')) throw new TransientError('down', { scope: 'destination' });
    },
  });
  const host = await startedHost(
    {
      destinations: Array.from({ length: DESTINATIONS }, (_, number) => ({
        id: id(number),
        package: 'target',
        mapping: 'event@n',
        delivery: { ordering: 'strict' },
      })),
    },
    { register: [target.class], clock, observer },
  );
  for (let n = 0; n < EVENTS; n++) expect((await host.dispatch(order(n))).deliveries).toHaveLength(DESTINATIONS);
  await host.drain();

  const all = Array.from({ length: EVENTS }, (_, n) => `order-${n}`);
  const delivered = new Map<string, string[]>();
  for (const { destination, envelope, outcome } of observer.settlements) {
    if (outcome.status !== 'delivered') continue;
    delivered.set(destination, [...(delivered.get(destination) ?? []), envelope]);
  }
  expect(delivered.size).toBe(DESTINATIONS - 1);
  for (const [destination, envelopes] of delivered) expect([destination, envelopes]).toEqual([destination, all]);
  const waiting = (await host.lanes()).filter((lane) => lane.waiting > 0);
  expect(waiting).toMatchObject([{ destination: id(123), waiting: EVENTS, state: 'backing-off' }]);
  // No other one was touched by the failure.
  expect((await host.lanes()).filter(({ state }) => state === 'ready')).toHaveLength(DESTINATIONS - 1);
  expect(new Set(observer.settlements.filter(({ outcome }) => outcome.status !== 'delivered').map(({ destination }) => destination))).toEqual(new Set([id(123)])); // prettier-ignore

  fails = false;
  await clock.pass(HOUR);
  expect(observer.envelopes('delivered', id(123))).toEqual(all);
  expect(observer.envelopes('failed')).toEqual([]);
  expect((await host.lanes()).filter((lane) => lane.waiting > 0)).toEqual([]);
});

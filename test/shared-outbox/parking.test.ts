import { noopLogger, PermanentError, systemClock, TransientError } from '@dest/core';
import { startHost, type Host } from '@dest/host';
import { SharedOutbox } from '../../packages/destinations/pulsar/src/outbox/shared-outbox';
import { parseTopic } from '../../packages/destinations/pulsar/src/topic';
import { MemoryCluster } from '../../packages/destinations/pulsar/test/support/memory-cluster';
import { until } from '../../packages/destinations/pulsar/test/support/until';
import { recordingDestination, type Recording } from '../../packages/host/test/support/recording-destination';

const MAX_HELD = 40;

let cluster: MemoryCluster;
let host: Host;

beforeEach(() => (cluster = new MemoryCluster()));
afterEach(() => host.close());

async function start(target: Recording, delayMs: number, ordering: 'key' | 'none'): Promise<void> {
  const outbox = await SharedOutbox.connect({
    transport: cluster.connect(),
    topic: parseTopic('outbox'),
    maxHeld: MAX_HELD,
    dedupeWindowMs: 60_000,
    clock: systemClock,
    logger: noopLogger,
  });
  const retry = { maxAttempts: 10, initialDelayMs: delayMs, maxDelayMs: delayMs };
  host = await startHost({
    random: () => 1,
    register: [target.class],
    outbox,
    logger: noopLogger,
    config: {
      version: 1,
      outbox: { type: 'memory' },
      resources: [{ id: 'r', credentials: { production: {} } }],
      destinations: [
        {
          id: 'orders',
          package: 'target',
          resource: { id: 'r' },
          mapping: { n: 'event@n' },
          delivery: { ordering, retry, breaker: { failuresInARow: 0, failureRate: 0 } },
        },
      ],
    },
  });
}

const isParked = (): boolean => cluster.topic(`${parseTopic('outbox').full}-parked`).backlog('destination-orders') > 0;

describe.each([
  ['an answer comes at once', 0],
  ['an answer takes longer than the message', 30],
])('what is parked in a host is delivered: %s', (_, answerMs) => {
  test.each(['key', 'none'] as const)(
    'ordering %s',
    async (ordering) => {
      const tries = new Map<number, number>();
      const delivered: number[] = [];
      const target = recordingDestination('target', {
        dispatch: async ({ data }) => {
          const n = (data[0] as { readonly n: number }).n;
          const count = (tries.get(n) ?? 0) + 1;
          tries.set(n, count);
          // In order the first one holds the others back; else each waits for its own retry.
          const fails = ordering === 'key' ? n === 0 && count < 3 : count < 2;
          if (fails) throw new TransientError('It is busy.', { code: 'BUSY', scope: 'item' });
          if (delivered.includes(n)) throw new PermanentError(`${n} came twice.`, { code: 'TWICE' });
          delivered.push(n);
        },
      });
      await start(target, 3_000, ordering);
      for (let n = 0; n < MAX_HELD; n++) {
        await host.dispatch({ id: `e-${n}`, event: { type: 'a', n }, profile: { id: 'ada' } });
      }
      cluster.answerMs = answerMs;
      await until(isParked);
      await until(() => delivered.length === MAX_HELD);
      const numbers = Array.from({ length: MAX_HELD }, (_, n) => n);
      expect(ordering === 'key' ? delivered : delivered.toSorted((left, right) => left - right)).toEqual(numbers);
      await until(async () => (await host.lanes())[0]?.waiting === 0);
      expect(await host.countDeadLetters({})).toBe(0);
    },
    60_000,
  );
});

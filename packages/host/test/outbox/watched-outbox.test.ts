import type { AcceptedEnvelope, AppendReceipt, NewDelivery, OutboxListener, StoredDelivery } from '@dest/core';
import { MemoryOutbox } from '@dest/host';
import { recordingDestination } from '../support/recording-destination';
import { startedHost } from '../support/started-host';

const clock = { now: () => Date.now(), schedule: () => () => undefined };

/** What is appended is another process's, until it is said to have come here. */
class WatchedOutbox extends MemoryOutbox {
  listener: OutboxListener | undefined;
  readonly elsewhere: (readonly [AcceptedEnvelope, readonly NewDelivery[]])[] = [];

  constructor() {
    super({ clock, dedupeWindowMs: 1_000 });
  }

  watch(listener: OutboxListener): void {
    this.listener = listener;
  }

  override async append(accepted: AcceptedEnvelope, deliveries: readonly NewDelivery[]): Promise<AppendReceipt> {
    this.elsewhere.push([accepted, deliveries]);
    const receipts = deliveries.map(({ lane }) => ({ id: `away-${accepted.id}`, destination: lane.destination }));
    return { duplicate: false, deliveries: receipts, refused: [], dropped: [], coalesced: [] };
  }

  /** One that was appended comes here. Returns it as it waits. */
  async arrive(): Promise<StoredDelivery> {
    const [accepted, deliveries] = this.elsewhere.shift()!;
    await super.append(accepted, deliveries);
    const { lane } = deliveries[0]!;
    const waiting = await this.read(lane, { after: 0, limit: 100, which: 'all' });
    return waiting.at(-1)!;
  }
}

const DESTINATIONS = [{ id: 'd', package: 'target', mapping: 'event@n', delivery: { concurrency: 1 } }];
const eventOf = (n: number) => ({ id: `e-${n}`, event: { type: 'a', n } });

async function started() {
  const target = recordingDestination('target');
  const outbox = new WatchedOutbox();
  const host = await startedHost({ destinations: DESTINATIONS }, { register: [target.class], outbox });
  return { target, outbox, host };
}

test('what is appended wakes nobody until it comes, and is delivered then', async () => {
  const { target, outbox, host } = await started();
  expect((await host.dispatch(eventOf(1))).deliveries).toEqual([{ id: 'away-e-1', destination: 'd' }]);
  await host.drain();
  expect(target.delivered).toEqual([]);
  outbox.listener?.arrived([await outbox.arrive()]);
  await host.drain();
  expect(target.delivered).toEqual([1]);
});

test('what comes as a retry or a replay is found as well', async () => {
  const { target, outbox, host } = await started();
  await host.dispatch(eventOf(1));
  const stored = await outbox.arrive();
  const failure = { retry: 'transient', scope: 'item', code: 'BUSY', message: 'It is busy.' } as const;
  await outbox.settle([
    {
      delivery: { ...stored, tries: 1 },
      outcome: { status: 'retry', dueAt: Date.now() + 20, attempts: 1, failure },
      settledAt: Date.now(),
    },
  ]);
  const { lane } = stored;
  outbox.listener?.arrived(await outbox.readRetries(lane, 1));
  await host.drain({ waitForRetries: true });
  expect(target.delivered).toEqual([1]);
  await host.dispatch(eventOf(2));
  const second = await outbox.arrive();
  await outbox.settle([{ delivery: second, outcome: { status: 'failed', failure }, settledAt: Date.now() }]);
  await outbox.replayDeadLetters({}, [lane]);
  outbox.listener?.arrived(await outbox.readReplays(lane, 1));
  await host.drain();
  expect(target.delivered).toEqual([1, 2]);
});

test('what is removed is delivered no more; what had to make room is counted', async () => {
  const { target, outbox, host } = await started();
  const gone: StoredDelivery[] = [];
  await host.dispatch(eventOf(1));
  gone.push(await outbox.arrive());
  outbox.listener?.arrived(gone);
  outbox.listener?.removed(gone.map(({ id, lane }) => ({ id, destination: lane.destination })));
  await outbox.dropLane(gone[0]!.lane);
  await host.drain();
  expect(target.delivered).toEqual([]);
  outbox.listener?.dropped([{ id: 'x', destination: 'd' }]);
  expect(await host.lanes()).toMatchObject([{ destination: 'd', dropped: 1 }]);
});

test('what has another envelope is delivered with that', async () => {
  const { target, outbox, host } = await started();
  await host.dispatch(eventOf(1));
  await host.dispatch(eventOf(2));
  const first = await outbox.arrive();
  const second = await outbox.arrive();
  await outbox.settle([{ delivery: first, outcome: { status: 'delivered' }, settledAt: Date.now() }]);
  outbox.listener?.replaced(second);
  await host.drain();
  expect(target.delivered).toEqual([2]);
});

test('what leaves before it is loaded is no damage, and is delivered when it comes again', async () => {
  const { target, outbox, host } = await started();
  const { load } = outbox;
  await host.dispatch(eventOf(1));
  const first = await outbox.arrive();
  const [accepted] = (await outbox.load([first])) as readonly AcceptedEnvelope[];
  const loaded = jest.spyOn(outbox, 'load').mockImplementation(async (deliveries) => {
    await outbox.dropLane(first.lane);
    outbox.listener?.removed([{ id: first.id, destination: 'd' }]);
    return deliveries.map(() => undefined);
  });
  const settled = jest.spyOn(outbox, 'settle');
  outbox.listener?.arrived([first]);
  await host.drain();
  expect(loaded).toHaveBeenCalledTimes(1);
  // It may be here again before that is noted.
  expect(settled).not.toHaveBeenCalled();
  expect([target.delivered, await host.countDeadLetters({})]).toEqual([[], 0]);
  loaded.mockImplementation(load.bind(outbox));
  const { envelope, acceptedAt } = accepted!;
  const copy = { lane: first.lane, limit: { maxBytes: 1e9, whenFull: 'reject' }, kind: 'event' } as const;
  outbox.elsewhere.push([{ id: 'e-1 again', envelope, acceptedAt }, [copy]]);
  outbox.listener?.arrived([await outbox.arrive()]);
  await host.drain();
  expect([target.delivered, await host.countDeadLetters({})]).toEqual([[1], 0]);
});

import type { Settlement, StoredDelivery } from '@dest/core';
import { VirtualClock } from '@dest/testkit';
import { LaneWindow } from '../../src/delivery/lane-window';
import { SteadyClock } from '../../src/delivery/steady-clock';
import { SlowOutbox } from '../support/slow-outbox';

const lane = { destination: 'd', package: '@dest/example', debug: false, generation: 1 };
const clock = new VirtualClock();

type Outcome = 'retry' | 'delivered';

/** A window over an outbox that gives deliveries to other processes, and may get them again. */
class Shared {
  readonly slow = new SlowOutbox();
  readonly window: LaneWindow;

  constructor(readonly ordered: boolean) {
    this.window = new LaneWindow({
      lane,
      outbox: this.slow.outbox,
      clock: new SteadyClock(clock),
      capacity: 10,
      ordered,
    });
  }

  /** One is here, in this place. */
  arrive(id: string, sequence: number, more: Partial<StoredDelivery> = {}): StoredDelivery {
    const delivery = this.slow.add({ id, sequence, envelope: 1, ...more });
    this.window.arrived(delivery);
    return delivery;
  }

  leave(id: string): void {
    this.slow.rows.delete(id);
    this.window.drop(new Set([id]));
  }

  async fill(meanwhile: () => void = () => undefined): Promise<void> {
    const filled = this.window.fill();
    meanwhile();
    await this.slow.answerUntil(filled);
  }

  async call(): Promise<StoredDelivery> {
    await this.fill();
    const [first] = [...this.window];
    this.window.take([first!]);
    return first!;
  }

  end(delivery: StoredDelivery, what: Outcome): Settlement {
    const outcome =
      what === 'delivered'
        ? ({ status: 'delivered' } as const)
        : ({ status: 'retry', dueAt: clock.now() - 1, attempts: 1, failure: {} as never } as const);
    const settlement = { delivery: { ...delivery, tries: delivery.tries + 1 }, outcome, settledAt: clock.now() };
    this.superseded = this.window.settled([settlement]);
    return settlement;
  }

  superseded: ReadonlySet<string> = new Set();

  note(settlement: Settlement): void {
    this.slow.note([settlement]);
    this.window.noted([settlement]);
  }

  async waiting(): Promise<readonly (readonly [string, number, number])[]> {
    await this.fill();
    return [...this.window].map(({ id, sequence, attempts }) => [id, sequence, attempts] as const);
  }
}

describe.each([
  ['in order', true],
  ['in any order', false],
])('what left and comes again, %s', (_, ordered) => {
  let shared: Shared;
  beforeEach(() => (shared = new Shared(ordered)));

  test('waits in its new place', async () => {
    for (const [index, id] of ['a', 'b', 'c'].entries()) shared.arrive(id, index + 1);
    await shared.fill();
    shared.leave('a');
    shared.arrive('a', 4);
    expect(await shared.waiting()).toEqual([
      ['b', 2, 0],
      ['c', 3, 0],
      ['a', 4, 0],
    ]);
  });

  test('is read, whatever left while it was read', async () => {
    shared.arrive('a', 1);
    shared.arrive('b', 2);
    await shared.fill();
    shared.leave('a');
    shared.arrive('a', 3);
    await shared.fill(() => {
      shared.leave('b');
      shared.arrive('b', 4);
    });
    expect(await shared.waiting()).toEqual([
      ['a', 3, 0],
      ['b', 4, 0],
    ]);
  });

  test('is tried again in its new place where it was under way and fails', async () => {
    shared.arrive('a', 1);
    const called = await shared.call();
    shared.leave('a');
    shared.arrive('a', 2);
    shared.arrive('b', 3);
    await shared.fill();
    const settlement = shared.end(called, 'retry');
    expect(shared.superseded.size).toBe(0);
    const expected = [
      ['a', 2, 1],
      ['b', 3, 0],
    ];
    expect(await shared.waiting()).toEqual(expected);
    shared.note(settlement);
    expect(await shared.waiting()).toEqual(expected);
  });

  test('is done where it was under way and is delivered', async () => {
    shared.arrive('a', 1);
    const called = await shared.call();
    shared.leave('a');
    shared.arrive('a', 2);
    shared.note(shared.end(called, 'delivered'));
    expect(await shared.waiting()).toEqual([]);
    expect(shared.window.isEmpty).toBe(true);
  });

  test('is tried again where it could not be tried', async () => {
    shared.arrive('a', 1);
    const called = await shared.call();
    shared.leave('a');
    shared.arrive('a', 2);
    shared.window.notTried([called], clock.now());
    expect(await shared.waiting()).toEqual([['a', 2, 0]]);
  });

  test('is as it was left where its call ended while it was elsewhere, and the outbox has not noted it yet', async () => {
    shared.arrive('a', 1);
    const called = await shared.call();
    shared.leave('a');
    const settlement = shared.end(called, 'retry');
    expect([...shared.superseded]).toEqual(['a']);
    shared.arrive('a', 2);
    expect(await shared.waiting()).toEqual([['a', 2, 1]]);
    shared.note(settlement);
    expect(await shared.waiting()).toEqual([['a', 2, 1]]);
  });

  test('is delivered again where the outbox did not have it when it was told', async () => {
    shared.arrive('a', 1);
    const called = await shared.call();
    shared.leave('a');
    const settlement = shared.end(called, 'delivered');
    const again = shared.arrive('a', 2);
    expect(await shared.waiting()).toEqual([]);
    shared.note(settlement);
    // Told before it came again.
    shared.slow.add(again);
    expect(await shared.waiting()).toEqual([['a', 2, 0]]);
  });

  test('is gone where it leaves once more', async () => {
    shared.arrive('a', 1);
    const called = await shared.call();
    shared.leave('a');
    shared.arrive('a', 2);
    shared.leave('a');
    shared.note(shared.end(called, 'retry'));
    expect(await shared.waiting()).toEqual([]);
  });

  test('waits where it stood, when it stays after all', async () => {
    for (const [index, id] of ['a', 'b', 'c'].entries()) shared.arrive(id, index + 1);
    await shared.fill();
    shared.window.drop(new Set(['a', 'b']));
    for (const id of ['a', 'b']) shared.window.arrived(shared.slow.rows.get(id)!);
    shared.arrive('d', 4);
    const expected = ['a', 'b', 'c', 'd'].map((id, index) => [id, index + 1, 0]);
    expect(await shared.waiting()).toEqual(expected);
    expect(await shared.waiting()).toEqual(expected);
  });
});

import type { Settlement, StoredDelivery } from '@dest/core';
import { VirtualClock } from '@dest/testkit';
import fc from 'fast-check';
import { LaneWindow } from '../../src/delivery/lane-window';
import { SteadyClock } from '../../src/delivery/steady-clock';
import { SlowOutbox } from '../support/slow-outbox';

const lane = { destination: 'd', package: '@dest/example', debug: false, generation: 1 };

/** A window over an outbox that answers when it is told to. */
class Trial {
  readonly clock = new VirtualClock();
  readonly slow = new SlowOutbox();
  readonly window: LaneWindow;

  constructor(ordered: boolean, capacity = 10) {
    const { outbox } = this.slow;
    this.window = new LaneWindow({ lane, outbox, clock: new SteadyClock(this.clock), capacity, ordered });
  }

  get now(): number {
    return this.clock.now();
  }

  /** Fills the window; `meanwhile` happens when the outbox was asked first, and did not answer yet. */
  async fill(meanwhile: () => void = () => undefined): Promise<void> {
    const filled = this.window.fill();
    meanwhile();
    await this.slow.answerUntil(filled);
  }

  retry(sequence: number, dueInMs: number): StoredDelivery {
    const times = { dueAt: this.now + dueInMs, scheduledAt: this.now - 20, waitingSince: this.now - 100 };
    return this.slow.add({ sequence, attempts: 1, tries: 1, ...times });
  }

  delivered(delivery: StoredDelivery): Settlement {
    return { delivery, outcome: { status: 'delivered' }, settledAt: this.now };
  }
}

describe('what the outbox says is older than what the window knows', () => {
  test('a retry that is delivered while retries are read is not handed out again', async () => {
    const trial = new Trial(false);
    const { window, slow } = trial;
    trial.retry(1, -10);
    await trial.fill();
    const batch = [...window];
    expect(batch).toHaveLength(1);
    window.take(batch);
    window.release();
    const settlements = batch.map((delivery) => trial.delivered(delivery));
    await trial.fill(() => {
      window.settled(settlements);
      slow.note(settlements);
      window.noted(settlements);
    });
    expect([...window]).toEqual([]);
  });

  test('nor is one of which the outbox could not note yet that it was', async () => {
    const trial = new Trial(false);
    const { window, slow } = trial;
    trial.retry(1, -10);
    await trial.fill();
    const batch = [...window];
    window.take(batch);
    const settlements = batch.map((delivery) => trial.delivered(delivery));
    window.settled(settlements);
    window.release();
    await trial.fill();
    expect([...window]).toEqual([]);
    slow.note(settlements);
    window.noted(settlements);
    expect(window.isEmpty).toBe(true);
  });

  test('a retry that is replaced while retries are read waits once', async () => {
    const trial = new Trial(false);
    const { window, slow } = trial;
    trial.retry(1, 50);
    slow.add({ sequence: 2 });
    await trial.fill();
    window.moved();
    await trial.fill(() => window.replaced(slow.add({ sequence: 1, envelope: 99 })));
    trial.clock.advance(100);
    window.moved();
    await trial.fill();
    expect([...window].map(({ sequence, envelope }) => [sequence, envelope])).toEqual([
      [1, 99],
      [2, 2],
    ]);
  });

  test('a retry that is replaced before it was read ahead is not missed', async () => {
    const trial = new Trial(false);
    const { window, slow } = trial;
    slow.add({ sequence: 1 });
    trial.retry(2, 60_000);
    await trial.fill();
    window.replaced(slow.add({ sequence: 2, envelope: 99 }));
    await trial.fill();
    expect([...window].map(({ envelope }) => envelope)).toEqual([1, 99]);
  });

  test('what is moved here while retries are read is looked for once more', async () => {
    const trial = new Trial(false);
    await trial.fill(() => {
      trial.retry(1, -10);
      trial.window.moved();
    });
    await trial.fill();
    expect([...trial.window].map(({ sequence }) => sequence)).toEqual([1]);
  });

  test.each([true, false])('what the outbox dropped while it was read is not there (ordered: %s)', async (ordered) => {
    const trial = new Trial(ordered);
    trial.slow.add({ sequence: 1 });
    trial.retry(2, -10);
    await trial.fill(() => {
      trial.slow.rows.clear();
      trial.window.clear();
    });
    await trial.fill();
    expect([...trial.window]).toEqual([]);
    expect(trial.window.isEmpty).toBe(true);
  });

  test('what could not be tried is handed out again, which the outbox doesn’t know', async () => {
    const trial = new Trial(false);
    const { window } = trial;
    trial.slow.add({ sequence: 1 });
    trial.retry(2, -10);
    await trial.fill();
    const batch = [...window];
    window.take(batch);
    window.notTried(batch, trial.now + 1_000);
    window.moved();
    await trial.fill();
    expect([...window].map(({ sequence, dueAt }) => [sequence, dueAt - trial.now])).toEqual([
      [1, 1_000],
      [2, 1_000],
    ]);
  });
});

describe('how far it reads ahead', () => {
  test('follows what it is told', async () => {
    const trial = new Trial(true, 10);
    for (let sequence = 1; sequence <= 100; sequence++) trial.slow.add({ sequence });
    await trial.fill();
    expect([...trial.window]).toHaveLength(10);
    trial.window.resize(40);
    await trial.fill();
    expect([...trial.window]).toHaveLength(40);
    trial.window.resize(5);
    trial.window.take([...trial.window]);
    await trial.fill();
    expect([...trial.window]).toHaveLength(5);
  });

  test('has an end, however much waits behind a key', () => {
    const { window } = new Trial(true, 10_000);
    let widenings = 0;
    while (window.widen()) widenings++;
    expect(widenings).toBe(4);
  });
});

describe('more wait for a retry than are held', () => {
  test('those that wait long starve none that is due soon', async () => {
    const trial = new Trial(false);
    for (let sequence = 1; sequence <= 11_000; sequence++) trial.retry(sequence, 3_600_000 + sequence);
    await trial.fill();
    const { window, slow } = trial;
    for (let sequence = 20_001; sequence <= 21_500; sequence++) {
      const fresh = slow.add({ sequence });
      window.take([fresh]);
      const outcome = { status: 'retry', dueAt: trial.now + 500, attempts: 1, failure: {} as never } as const;
      const settlements = [{ delivery: { ...fresh, tries: 1 }, outcome, settledAt: trial.now }];
      window.settled(settlements);
      slow.note(settlements);
      window.noted(settlements);
    }
    trial.clock.advance(500);
    await trial.fill();
    expect([...window]).toHaveLength(1_500);
    expect(window.nextDueAt).toBeGreaterThan(trial.now + 3_000_000);
  });

  test('what was left to the outbox comes when it is due, and is asked for once a second at most', async () => {
    const trial = new Trial(false);
    const { window, slow } = trial;
    const count = 12_500;
    for (let sequence = 1; sequence <= count; sequence++) trial.retry(sequence, 100 + (sequence % 50));
    const taken = new Set<string>();
    for (let ms = 0; ms < 10_000 && taken.size < count; ms += 50) {
      await trial.fill();
      const batch = [...window].slice(0, 500);
      for (const { id } of batch) {
        expect(taken.has(id)).toBe(false);
        taken.add(id);
      }
      window.take(batch);
      const settlements = batch.map((delivery) => trial.delivered(delivery));
      window.settled(settlements);
      slow.note(settlements);
      window.noted(settlements);
      trial.clock.advance(50);
    }
    expect(taken.size).toBe(count);
    expect(slow.retryReads).toBeLessThanOrEqual(5);
  });
});

/** What happens next; the number chooses what it happens to. */
const steps = fc.array(
  fc.tuple(
    fc.constantFrom(
      ...(['append', 'ask', 'ask', 'answer', 'answer', 'take', 'deliver', 'deliver', 'retry', 'retry'] as const),
      ...(['settle', 'note', 'note', 'replace', 'replace', 'tell', 'drop', 'release', 'move', 'pass'] as const),
    ),
    fc.nat(),
  ),
  { minLength: 40, maxLength: 120, size: 'max' },
);

/** Does what a lane and its outbox do, each answer of the outbox being late. */
class Schedule {
  readonly trial: Trial;
  readonly underWay: StoredDelivery[] = [];
  /** What became of tries: first the outbox has to take it, and then it says so. */
  readonly unsettled: Settlement[] = [];
  readonly unnoted: Settlement[] = [];
  /** What appends did that they have not said yet. */
  readonly untold: (() => void)[] = [];
  /** What was delivered, by id and envelope. */
  readonly delivered = new Set<string>();
  readonly problems: string[] = [];
  #filling: Promise<void> | undefined;
  #last = 0;

  constructor(ordered: boolean) {
    this.trial = new Trial(ordered, 4);
  }

  async step(what: string, chance: number): Promise<void> {
    const { trial, unsettled, unnoted } = this;
    const { window, slow } = trial;
    const rows = [...slow.rows.values()];
    const row = rows[chance % Math.max(1, rows.length)];
    if (what === 'append') {
      slow.add({ sequence: ++this.#last });
      this.untold.push(() => window.appended());
    } else if (what === 'ask') this.#ask();
    else if (what === 'answer') await this.#answer();
    else if (what === 'take') this.#take(1 + (chance % 3));
    else if (what === 'deliver') this.#end(chance, { status: 'delivered' });
    else if (what === 'retry') {
      this.#end(chance, { status: 'retry', dueAt: trial.now + 1 + (chance % 50), attempts: 1, failure: {} as never });
    } else if (what === 'settle') {
      const settlements = unsettled.splice(0, 1 + (chance % 3));
      slow.note(settlements);
      unnoted.push(...settlements);
    } else if (what === 'note') {
      this.#tellAll();
      window.noted(unnoted.splice(0, 1 + (chance % 3)));
    } else if (what === 'replace' && row !== undefined) {
      const newer = slow.add({ sequence: row.sequence, envelope: ++this.#last });
      this.untold.push(() => window.replaced(newer));
    } else if (what === 'tell') this.untold.shift()?.();
    else if (what === 'drop' && row !== undefined) {
      this.#tellAll();
      slow.rows.delete(row.id);
      window.drop(new Set([row.id]));
    } else if (what === 'release') window.release();
    else if (what === 'move') window.moved();
    else if (what === 'pass') trial.clock.advance(chance % 100);
  }

  /** Everything that is still to come comes, and all is due. */
  async rest(): Promise<void> {
    const { window, slow } = this.trial;
    this.#tellAll();
    slow.note(this.unsettled);
    this.unnoted.push(...this.unsettled.splice(0));
    window.noted(this.unnoted.splice(0));
    while (this.#filling !== undefined) await this.#answer();
    for (let round = 0; round < 100 && !(slow.rows.size === 0 && window.isEmpty); round++) {
      window.release();
      this.trial.clock.advance(2_000);
      this.#ask();
      while (this.#filling !== undefined) await this.#answer();
      this.#take(100);
      while (this.underWay.length > 0) this.#end(0, { status: 'delivered' });
      slow.note(this.unsettled);
      window.noted(this.unsettled.splice(0));
    }
  }

  #tellAll(): void {
    for (const tell of this.untold.splice(0)) tell();
  }

  #ask(): void {
    if (this.#filling !== undefined) return;
    const filling = this.trial.window.fill().then(() => (this.#filling = undefined));
    this.#filling = filling.then(() => undefined);
  }

  async #answer(): Promise<void> {
    this.trial.slow.answer();
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    // What was called earlier is answered earlier, or in the same turn.
    this.#tellAll();
  }

  /** As a lane does: never while it fills. */
  #take(count: number): void {
    if (this.#filling !== undefined) return;
    const { window, now } = this.trial;
    const waiting = [...window];
    const ids = waiting.map(({ id }) => id);
    if (new Set(ids).size < ids.length) this.problems.push(`twice in the window: ${ids.join(', ')}`);
    const batch = waiting.filter(({ dueAt }) => dueAt <= now).slice(0, count);
    for (const { id, envelope } of batch) {
      if (this.underWay.some((other) => other.id === id)) this.problems.push(`under way twice: ${id}`);
      if (this.delivered.has(`${id}/${envelope}`)) this.problems.push(`delivered before: ${id}/${envelope}`);
    }
    window.take(batch);
    this.underWay.push(...batch);
  }

  #end(chance: number, outcome: Settlement['outcome']): void {
    const { underWay, trial } = this;
    if (underWay.length === 0) return;
    const [taken] = underWay.splice(chance % underWay.length, 1);
    const delivery = { ...taken!, tries: taken!.tries + 1 };
    if (outcome.status === 'delivered') this.delivered.add(`${delivery.id}/${delivery.envelope}`);
    const settlement = { delivery, outcome, settledAt: trial.now };
    trial.window.settled([settlement]);
    this.unsettled.push(settlement);
  }
}

test.each([true, false])(
  'no schedule of late answers loses a delivery, or hands out one that is under way or delivered (ordered: %s)',
  async (ordered) => {
    await fc.assert(
      fc.asyncProperty(steps, async (chosen) => {
        const schedule = new Schedule(ordered);
        for (const [what, chance] of chosen) await schedule.step(what, chance);
        await schedule.rest();
        expect(schedule.problems).toEqual([]);
        expect([...schedule.trial.slow.rows.keys()]).toEqual([]);
        expect(schedule.trial.window.isEmpty).toBe(true);
      }),
      { numRuns: 1_500 },
    );
  },
);

import { defaultDelivery, type Failure } from '@dest/core';
import * as fc from 'fast-check';
import { Breaker, type BreakerOptions } from '../../src/delivery/breaker';
import type { CallOutcome } from '../../src/delivery/call-destination';
import { destinationFails, itemFails, itemRefused, notConfigured } from '../support/failures';
import { SimulatedLane } from '../support/simulated-lane';
import { storedDelivery } from '../support/stored-delivery';

const DAY = 86_400_000;
const start = 1_700_000_000_000;
const retry = { maxAttempts: 10, maxAgeMs: 3 * DAY, initialDelayMs: 500, maxDelayMs: 60_000 };
const ALMOST_ONE = 1 - Number.EPSILON;

function breakerWith(options: Partial<BreakerOptions['breaker']> = {}, concurrency = 4): Breaker {
  return new Breaker({ retry, breaker: { ...defaultDelivery.breaker, ...options }, concurrency });
}

/** Takes note of a call of one item, that began and ended now. */
function noteOne(breaker: Breaker, outcome: CallOutcome, now: number, id = 'a', random = ALMOST_ONE): CallOutcome {
  return breaker.note([{ id }], [outcome], now, now, random)[0];
}

function ids(count: number, prefix = 'item'): { readonly id: string }[] {
  return Array.from({ length: count }, (_, index) => ({ id: `${prefix}-${index}` }));
}

function all(count: number, outcome: CallOutcome): CallOutcome[] {
  return Array.from({ length: count }, () => outcome);
}

const transientFailure = fc.option(fc.integer({ min: 0, max: 2 * DAY }), { nil: undefined });
const failure: fc.Arbitrary<Failure> = fc.oneof(
  transientFailure.map(itemFails),
  transientFailure.map(destinationFails),
  fc.constant(itemRefused()),
  fc.constant(notConfigured()),
);
const outcome: fc.Arbitrary<CallOutcome> = fc.oneof(fc.constant(undefined), failure);
const random = fc.double({ min: 0, max: ALMOST_ONE, noNaN: true });

/** What may happen to a breaker. */
const happening = fc.oneof(
  { weight: 2, arbitrary: fc.record({ pass: fc.integer({ min: 0, max: 100_000 }) }) },
  { weight: 2, arbitrary: fc.constant({ untilNextTry: true as const }) },
  { weight: 4, arbitrary: fc.record({ call: fc.uniqueArray(fc.nat(12), { minLength: 1, maxLength: 8 }) }) },
  { weight: 4, arbitrary: fc.record({ end: fc.nat(), outcomes: fc.array(outcome, { minLength: 1 }), random }) },
  { weight: 1, arbitrary: fc.constant({ reset: true as const }) },
);
const happenings = fc.array(happening, { maxLength: 80 });
const options: fc.Arbitrary<BreakerOptions> = fc.record({
  retry: fc.record({
    maxAttempts: fc.constant(10),
    maxAgeMs: fc.constant(3 * DAY),
    initialDelayMs: fc.integer({ min: 0, max: 1_000 }),
    maxDelayMs: fc.integer({ min: 1_000, max: 600_000 }),
  }),
  breaker: fc.record({
    failuresInARow: fc.nat(6),
    failureRate: fc.constantFrom(0, 0.3, 0.5, 1),
    minimumOutcomes: fc.integer({ min: 1, max: 25 }),
    windowMs: fc.constantFrom(1, 1_000, 30_000),
  }),
  concurrency: fc.integer({ min: 1, max: 10 }),
});

/** Lives through happenings with as many calls under way as are allowed. */
function live(
  given: BreakerOptions,
  all: readonly (typeof happening extends fc.Arbitrary<infer Happening> ? Happening : never)[],
  check: (breaker: Breaker, now: number) => void,
): { breaker: Breaker; now: number } {
  const breaker = new Breaker(given);
  const underWay: { readonly batch: readonly { readonly id: string }[]; readonly startedAt: number }[] = [];
  let now = start;
  for (const step of all) {
    if ('pass' in step) now += step.pass;
    else if ('untilNextTry' in step) now = Math.max(now, breaker.nextTryAt);
    else if ('reset' in step) breaker.reset(now);
    else if ('call' in step) {
      const batch = step.call.slice(0, breaker.batchLimit(8)).map((number) => ({ id: `item-${number}` }));
      if (underWay.length < breaker.callLimit(now)) underWay.push({ batch, startedAt: now });
    } else {
      const [call] = underWay.splice(step.end % Math.max(1, underWay.length), 1);
      if (call === undefined) continue;
      const outcomes = call.batch.map((_, index) => step.outcomes[index % step.outcomes.length]);
      breaker.note(call.batch, outcomes, call.startedAt, now, step.random);
    }
    check(breaker, now);
  }
  return { breaker, now };
}

describe('Breaker, whatever happens', () => {
  it('allows nothing before nextTryAt, something from then on, and all when it is closed', () => {
    fc.assert(
      fc.property(options, happenings, (given, steps) => {
        live(given, steps, (breaker, now) => {
          const { nextTryAt } = breaker;
          const state = breaker.state(now);
          expect(breaker.callLimit(now) === 0).toBe(now < nextTryAt);
          expect(state === 'open').toBe(now < nextTryAt);
          expect(breaker.callLimit(Math.max(now, nextTryAt))).toBeGreaterThanOrEqual(1);
          expect(breaker.callLimit(now)).toBeLessThanOrEqual(given.concurrency);
          expect(breaker.batchLimit(8)).toBeGreaterThanOrEqual(1);
          if (state !== 'closed') return;
          expect(breaker.callLimit(now)).toBe(given.concurrency);
          expect(breaker.batchLimit(8)).toBe(8);
          expect([nextTryAt, breaker.paused]).toEqual([0, false]);
        });
      }),
    );
  });

  it('never waits for longer than the largest backoff, or what it was asked to, up to a day', () => {
    fc.assert(
      fc.property(options, happenings, (given, steps) => {
        const asked = steps.flatMap((step) => ('outcomes' in step ? step.outcomes : []));
        const longestAsked = Math.max(0, ...asked.map((each) => each?.retryAfterMs ?? 0));
        const longestProbe = asked.some((each) => each?.retry === 'configuration') ? 300_000 : 0;
        const bound = Math.max(given.retry.maxDelayMs, longestProbe, Math.min(longestAsked, DAY));
        live(given, steps, (breaker, now) => {
          expect(breaker.nextTryAt - now).toBeLessThanOrEqual(bound);
        });
      }),
    );
  });

  it('is closed again soon after everything works', () => {
    fc.assert(
      fc.property(options, happenings, (given, steps) => {
        const lived = live(given, steps, () => undefined);
        const { breaker } = lived;
        const now = Math.max(lived.now, breaker.nextTryAt);
        for (let calls = 0; breaker.state(now) !== 'closed'; calls++) {
          expect(calls).toBeLessThanOrEqual(Math.log2(given.concurrency) + 1);
          noteOne(breaker, undefined, now, 'another');
        }
        expect([breaker.paused, breaker.nextTryAt, breaker.callLimit(now)]).toEqual([false, 0, given.concurrency]);
      }),
    );
  });

  it('lets one call of one item probe after it opened', () => {
    fc.assert(
      fc.property(options, happenings, failure, (given, steps, last) => {
        fc.pre(last.scope === 'destination');
        const { breaker, now } = live(given, steps, () => undefined);
        const tryAt = Math.max(now, breaker.nextTryAt);
        noteOne(breaker, last, tryAt, 'another', 0);
        expect(breaker.state(tryAt)).toBe('open');
        expect(breaker.callLimit(breaker.nextTryAt)).toBe(1);
        expect(breaker.batchLimit(500)).toBe(1);
      }),
    );
  });

  it('never leaves a failing item’s failure to the item while it isn’t closed, unless others worked', () => {
    fc.assert(
      fc.property(options, fc.array(fc.record({ id: fc.nat(3), random }), { minLength: 1 }), (given, probes) => {
        const breaker = new Breaker(given);
        let now = start;
        noteOne(breaker, destinationFails(), now, 'first');
        for (const probe of probes) {
          now = Math.max(now, breaker.nextTryAt);
          const judged = noteOne(breaker, itemFails(), now, `item-${probe.id}`, probe.random);
          expect(judged?.scope).toBe('destination');
          expect(breaker.state(now)).toBe('open');
        }
      }),
    );
  });
});

describe('Breaker, opening', () => {
  it('opens at once when a call fails as a whole', () => {
    const breaker = breakerWith();
    noteOne(breaker, destinationFails(), start);
    expect(breaker.state(start)).toBe('open');
    expect(breaker.nextTryAt).toBe(start + 500);
    expect(breaker.lastFailure?.code).toBe('DOWN');
  });

  it('opens when so many distinct items have failed in a row, neither sooner nor later', () => {
    const step = fc.record({ id: fc.nat(8), outcome: fc.constantFrom(undefined, itemFails(), itemRefused()) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 60 }), (failuresInARow, steps) => {
        const breaker = breakerWith({ failuresInARow, failureRate: 0 });
        const inARow = new Set<number>();
        for (const { id, outcome } of steps) {
          noteOne(breaker, outcome, start, `item-${id}`);
          if (outcome?.retry === 'transient') inARow.add(id);
          else inARow.clear();
          expect(breaker.state(start)).toBe(inARow.size >= failuresInARow ? 'open' : 'closed');
          if (inARow.size >= failuresInARow) return;
        }
      }),
    );
  });

  it('opens when all of a batch fail, and stays closed where one of them works', () => {
    const failing = breakerWith();
    failing.note(ids(5), all(5, itemFails()), start, start, 0.5);
    expect(failing.state(start)).toBe('open');
    const partly = breakerWith();
    for (let call = 0; call < 4; call++) {
      partly.note(ids(2, `call-${call}`), [itemFails(), undefined], start, start, 0.5);
      partly.note(ids(1, `single-${call}`), [undefined], start, start, 0.5);
    }
    expect(partly.state(start)).toBe('closed');
  });

  it('opens when too large a part of the outcomes of distinct items are failures', () => {
    const step = fc.record({ id: fc.nat(60), works: fc.boolean() });
    const given = fc.record({
      failureRate: fc.constantFrom(0.25, 0.5, 0.9),
      minimumOutcomes: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(given, fc.array(step, { maxLength: 100 }), (rate, steps) => {
        const breaker = breakerWith({ failuresInARow: 0, ...rate });
        const failed = new Set<number>();
        let worked = 0;
        for (const { id, works } of steps) {
          noteOne(breaker, works ? undefined : itemFails(), start, `item-${id}`);
          if (works) worked++;
          else failed.add(id);
          const outcomes = worked + failed.size;
          const opens = !works && outcomes >= rate.minimumOutcomes && failed.size >= rate.failureRate * outcomes;
          expect(breaker.state(start)).toBe(opens ? 'open' : 'closed');
          if (opens) return;
        }
      }),
    );
  });

  it('forgets outcomes that are older than the window', () => {
    for (const [passed, state] of [
      [25_000, 'open'],
      [30_000, 'closed'],
    ] as const) {
      const breaker = breakerWith({ failuresInARow: 0 });
      for (let item = 0; item < 19; item++) noteOne(breaker, itemFails(), start, `early-${item}`);
      noteOne(breaker, itemFails(), start + passed, 'late');
      expect(breaker.state(start + passed)).toBe(state);
    }
  });

  it('is never opened by failing items where both rules are off', () => {
    const breaker = breakerWith({ failuresInARow: 0, failureRate: 0 });
    for (let call = 0; call < 100; call++) {
      const outcomes = breaker.note(ids(10, `call-${call}`), all(10, itemFails()), start, start, 0.5);
      expect(outcomes).toEqual(all(10, itemFails()));
    }
    expect(breaker.state(start)).toBe('closed');
  });

  it('is never opened by items that are refused for good', () => {
    const breaker = breakerWith();
    for (let item = 0; item < 100; item++) noteOne(breaker, itemRefused(), start, `item-${item}`);
    expect(breaker.state(start)).toBe('closed');
  });

  it('is never opened by one item that fails again and again, however few or many others there are', () => {
    const others = fc.array(fc.record({ works: fc.nat(5), pass: fc.integer({ min: 0, max: 40_000 }) }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(others, (steps) => {
        const breaker = breakerWith();
        let now = start;
        let next = 0;
        for (const { works, pass } of steps) {
          now += pass;
          expect(noteOne(breaker, itemFails(), now, 'poison')).toEqual(itemFails());
          for (let other = 0; other < works; other++) noteOne(breaker, undefined, now, `item-${next++}`);
          expect(breaker.state(now)).toBe('closed');
        }
      }),
    );
  });

  it('opens where more items fail than are remembered one by one', () => {
    const breaker = breakerWith({ failuresInARow: 0 });
    breaker.note([{ id: 'fine' }], [undefined], start, start, 0);
    breaker.note(ids(5_000), [...all(4_999, undefined), itemFails()], start, start, 0);
    expect(breaker.state(start)).toBe('closed');
    breaker.note(ids(10_000, 'failing'), [...all(9_999, itemFails()), undefined], start, start, 0);
    expect(breaker.state(start)).toBe('open');
  });
});

describe('Breaker, waiting', () => {
  it('backs off longer with each failure, up to the largest delay, with full jitter', () => {
    fc.assert(
      fc.property(fc.array(random, { minLength: 1, maxLength: 40 }), (randoms) => {
        const breaker = breakerWith();
        let now = start;
        for (const [index, part] of randoms.entries()) {
          noteOne(breaker, destinationFails(), now, 'a', part);
          const ceiling = Math.min(60_000, 500 * 2 ** index);
          expect(breaker.nextTryAt - now).toBe(Math.max(1, Math.ceil(part * ceiling)));
          now = breaker.nextTryAt;
        }
      }),
    );
  });

  it('honours what it is asked to wait, up to a day', () => {
    const breaker = breakerWith();
    noteOne(breaker, destinationFails(120_000), start);
    expect(breaker.nextTryAt).toBe(start + 120_000);
    noteOne(breaker, itemFails(1_000_000_000_000), start + 120_000);
    expect(breaker.nextTryAt).toBe(start + 120_000 + DAY);
  });

  it('keeps to the next item what one item among others was asked to wait', () => {
    const breaker = breakerWith({ failureRate: 0.1, minimumOutcomes: 2 });
    breaker.note(ids(2), [itemFails(DAY), undefined], start, start, 0);
    expect(breaker.state(start)).toBe('open');
    expect(breaker.nextTryAt).toBe(start + 1);
  });

  it('takes calls that were under way together for one failure', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ pass: fc.nat(3_000), outcome: failure }), { maxLength: 20 }), (late) => {
        const breaker = breakerWith({}, 64);
        let now = start;
        noteOne(breaker, destinationFails(), now);
        const first = breaker.nextTryAt;
        let asked = 0;
        for (const { pass, outcome } of late.filter(({ outcome: { retry } }) => retry !== 'configuration')) {
          now += pass;
          breaker.note([{ id: 'b' }], [outcome], start, now, ALMOST_ONE);
          const retryAfterMs = outcome.scope === 'destination' ? (outcome.retryAfterMs ?? 0) : 0;
          if (retryAfterMs > 0) asked = Math.max(asked, now + Math.min(DAY, retryAfterMs));
          expect(breaker.nextTryAt).toBe(Math.max(first, asked));
        }
        now = Math.max(now, breaker.nextTryAt);
        noteOne(breaker, destinationFails(), now);
        expect(breaker.nextTryAt).toBe(now + 1_000);
      }),
    );
  });

  it('isn’t closed by a call that was under way when it opened', () => {
    const breaker = breakerWith();
    breaker.note([{ id: 'a' }], [destinationFails()], start, start + 10, ALMOST_ONE);
    breaker.note([{ id: 'b' }], [undefined], start, start + 20, 0);
    expect([breaker.state(start + 20), breaker.nextTryAt]).toEqual(['open', start + 510]);
  });

  it('takes the failures of items that were under way for the destination’s', () => {
    const breaker = breakerWith();
    breaker.note([{ id: 'a' }], [destinationFails()], start, start + 10, 0);
    const [judged] = breaker.note([{ id: 'b' }], [itemFails()], start, start + 20, 0);
    expect(judged).toEqual({ ...itemFails(), scope: 'destination' });
  });
});

describe('Breaker, half-open', () => {
  function opened(concurrency: number): { breaker: Breaker; now: number } {
    const breaker = breakerWith({}, concurrency);
    noteOne(breaker, destinationFails(), start, 'first');
    return { breaker, now: breaker.nextTryAt };
  }

  it('doubles the calls with each that works, and is closed when all are allowed', () => {
    const { breaker, now } = opened(10);
    const seen = [[breaker.callLimit(now), breaker.state(now)]];
    for (let call = 0; call < 4; call++) {
      noteOne(breaker, undefined, now, `item-${call}`);
      seen.push([breaker.callLimit(now), breaker.state(now)]);
    }
    expect(seen).toEqual([
      [1, 'half-open'],
      [2, 'half-open'],
      [4, 'half-open'],
      [8, 'half-open'],
      [10, 'closed'],
    ]);
    expect(breaker.batchLimit(500)).toBe(500);
  });

  it('takes an item that is refused for a sign of life', () => {
    const { breaker, now } = opened(1);
    noteOne(breaker, itemRefused(), now);
    expect(breaker.state(now)).toBe('closed');
  });

  it('opens again, for longer, when a call fails before it is closed', () => {
    for (const failing of [itemFails(), destinationFails()]) {
      const { breaker, now } = opened(10);
      noteOne(breaker, undefined, now, 'a');
      noteOne(breaker, failing, now, 'b');
      expect([breaker.state(now), breaker.nextTryAt]).toEqual(['open', now + 1_000]);
      expect(breaker.callLimit(breaker.nextTryAt)).toBe(1);
    }
  });

  it('goes on backing off where a single item works and the whole load doesn’t', () => {
    const breaker = breakerWith({}, 1);
    let now = start;
    for (const delay of [500, 1_000, 2_000, 4_000]) {
      breaker.note(ids(50), all(50, itemFails()), now, now, ALMOST_ONE);
      expect(breaker.nextTryAt).toBe(now + delay);
      now = breaker.nextTryAt;
      noteOne(breaker, undefined, now, 'probe');
      expect(breaker.state(now)).toBe('closed');
    }
    noteOne(breaker, undefined, now, 'more');
    noteOne(breaker, destinationFails(), now);
    expect(breaker.nextTryAt).toBe(now + 500);
  });

  it('leaves to an item what it fails by after others worked, and goes on', () => {
    const { breaker, now } = opened(10);
    expect(noteOne(breaker, itemFails(), now, 'poison')?.scope).toBe('destination');
    const later = breaker.nextTryAt;
    noteOne(breaker, undefined, later, 'fine');
    expect(noteOne(breaker, itemFails(), later, 'poison')).toEqual(itemFails());
    expect([breaker.state(later), breaker.callLimit(later)]).toEqual(['half-open', 2]);
    expect(noteOne(breaker, itemFails(), later, 'poison')?.scope).toBe('destination');
    expect(breaker.state(later)).toBe('open');
  });

  it('knows of the items that opened it', () => {
    const breaker = breakerWith();
    for (const { id } of ids(5)) noteOne(breaker, itemFails(), start, id);
    const later = breaker.nextTryAt;
    noteOne(breaker, undefined, later, 'fine');
    expect(noteOne(breaker, itemFails(), later, 'item-0')).toEqual(itemFails());
    expect(breaker.state(later)).toBe('half-open');
  });

  it('knows nothing of what failed before it was closed last', () => {
    const { breaker, now } = opened(1);
    noteOne(breaker, itemFails(), now, 'a');
    noteOne(breaker, undefined, breaker.nextTryAt, 'fine');
    expect(breaker.state(now)).toBe('closed');
    noteOne(breaker, destinationFails(), now, 'b');
    expect(noteOne(breaker, itemFails(), breaker.nextTryAt, 'a')?.scope).toBe('destination');
  });

  it('leaves it to an item beside others that work, too, but not to a whole batch that fails', () => {
    const { breaker, now } = opened(10);
    breaker.note(ids(3), all(3, itemFails()), now, now, 0);
    const later = breaker.nextTryAt;
    noteOne(breaker, undefined, later, 'fine');
    const mixed = breaker.note(ids(3), [itemFails(), undefined, itemFails()], later, later, 0);
    expect(mixed).toEqual([itemFails(), undefined, itemFails()]);
    const whole = breaker.note(ids(3), all(3, itemFails()), later, later, 0);
    expect(whole).toEqual(all(3, { ...itemFails(), scope: 'destination' }));
    expect(breaker.state(later)).toBe('open');
  });

  it('lets others go first that did not fail as a probe yet, one round after the other', () => {
    const { breaker } = opened(10);
    expect([breaker.goesBehind('first'), breaker.goesBehind('second')]).toEqual([true, false]);
    noteOne(breaker, itemFails(), breaker.nextTryAt, 'second');
    expect([breaker.goesBehind('first'), breaker.goesBehind('second')]).toEqual([true, true]);
    expect(breaker.startRound()).toBe(true);
    expect([breaker.goesBehind('first'), breaker.goesBehind('second')]).toEqual([false, false]);
    expect(breaker.startRound()).toBe(false);
    noteOne(breaker, itemFails(), breaker.nextTryAt, 'second');
    noteOne(breaker, undefined, breaker.nextTryAt, 'third');
    expect(breaker.goesBehind('second')).toBe(false);
  });

  it('opens again where most of a batch fails', () => {
    const { breaker, now } = opened(10);
    noteOne(breaker, undefined, now, 'probe');
    breaker.note(ids(40), [undefined, ...all(39, itemFails())], now, now, 0);
    expect(breaker.state(now)).toBe('open');
  });
});

describe('Breaker, paused', () => {
  it('probes after 15 to 30 seconds, then more and more seldom, up to five minutes', () => {
    fc.assert(
      fc.property(fc.array(random, { minLength: 1, maxLength: 10 }), fc.nat(9), (randoms, before) => {
        const breaker = breakerWith();
        let now = start;
        const fails = (failing: Failure, part: number): number => {
          now = Math.max(now, breaker.nextTryAt);
          noteOne(breaker, failing, now, 'a', part);
          return breaker.nextTryAt - now;
        };
        for (let count = 0; count < before; count++) fails(destinationFails(), 0);
        expect(breaker.paused).toBe(false);
        for (const [index, part] of randoms.entries()) {
          const ceiling = Math.min(300_000, 30_000 * 2 ** index);
          // Something else that fails meanwhile doesn't say that the configuration was mended.
          const delay = fails(index % 2 === 0 ? notConfigured() : destinationFails(), part);
          expect(breaker.paused).toBe(true);
          expect(delay).toBeGreaterThanOrEqual(ceiling / 2);
          expect(delay).toBeLessThanOrEqual(ceiling);
        }
      }),
    );
  });

  it('goes on when a probe works', () => {
    const breaker = breakerWith({}, 4);
    noteOne(breaker, notConfigured(), start);
    const now = breaker.nextTryAt;
    noteOne(breaker, undefined, now, 'b');
    expect([breaker.paused, breaker.nextTryAt, breaker.callLimit(now)]).toEqual([false, 0, 2]);
    noteOne(breaker, undefined, now, 'c');
    expect(breaker.state(now)).toBe('closed');
  });

  it('is paused, too, by a call that was under way when another failed', () => {
    const breaker = breakerWith();
    breaker.note([{ id: 'a' }], [destinationFails()], start, start + 10, 0);
    breaker.note([{ id: 'b' }], [notConfigured()], start, start + 20, 0);
    expect([breaker.paused, breaker.nextTryAt]).toEqual([true, start + 20 + 15_000]);
    breaker.note([{ id: 'c' }], [notConfigured()], start, start + 30, 0);
    breaker.note([{ id: 'd' }], [undefined], start, start + 40, 0);
    expect([breaker.paused, breaker.nextTryAt]).toEqual([true, start + 20 + 15_000]);
  });

  it('tries at once after a reset, with the shortest backoff behind it', () => {
    for (const failing of [notConfigured(), destinationFails(DAY)]) {
      const breaker = breakerWith();
      noteOne(breaker, failing, start);
      breaker.reset(start + 5);
      expect([breaker.paused, breaker.nextTryAt, breaker.state(start + 5)]).toEqual([false, 0, 'half-open']);
      expect([breaker.callLimit(start + 5), breaker.batchLimit(500)]).toEqual([1, 1]);
      breaker.note(
        [{ id: 'late' }],
        [failing.retry === 'configuration' ? destinationFails() : undefined],
        start,
        start + 6,
        0,
      );
      expect(breaker.state(start + 6)).toBe('half-open');
      noteOne(breaker, destinationFails(), start + 7);
      expect([breaker.paused, breaker.nextTryAt]).toEqual([false, start + 507]);
    }
  });

  it('changes nothing by a reset while all is well', () => {
    const breaker = breakerWith();
    for (let item = 0; item < 4; item++) noteOne(breaker, itemFails(), start, `item-${item}`);
    breaker.reset(start);
    expect([breaker.state(start), breaker.callLimit(start)]).toEqual(['closed', 4]);
    noteOne(breaker, itemFails(), start, 'item-4');
    expect(breaker.state(start)).toBe('closed');
  });
});

describe('Breaker, in a lane', () => {
  const hour = 3_600_000;
  /** Not so little that waiting takes no time. */
  const part = fc.double({ min: 0.2, max: ALMOST_ONE, noNaN: true });

  function waiting(count: number): ReturnType<typeof storedDelivery>[] {
    return Array.from({ length: count }, (_, index) =>
      storedDelivery({ sequence: index + 1, key: `key-${index % 7}` }),
    );
  }

  const lanes = fc.record({
    ordering: fc.constantFrom('none', 'key', 'strict'),
    concurrency: fc.integer({ min: 1, max: 8 }),
    maxItems: fc.constantFrom(1, 10),
    orderedBatches: fc.boolean(),
  });

  it('gets through an hour in which every item fails, with few calls and no dead letter', () => {
    fc.assert(
      fc.property(lanes, fc.integer({ min: 6, max: 40 }), part, (given, count, chance) => {
        const lane = new SimulatedLane(waiting(count), {
          ...given,
          random: () => chance,
          call: (batch, now) => ({
            outcomes: batch.map(() => (now < hour ? itemFails() : undefined)),
            durationMs: 20,
          }),
        });
        lane.run(hour);
        // Strictly in order there is nothing else to try that would tell the item's fault from the destination's.
        if (given.ordering !== 'strict' || (given.maxItems > 4 && given.orderedBatches)) {
          expect(lane.settled.size).toBe(0);
          expect(lane.calls.length).toBeLessThan(2 * (hour / (chance * 60_000)) + 100);
        }
        lane.run(hour + DAY);
        const outcomes = [...lane.settled.values()].flat();
        expect(lane.settled.size).toBe(count);
        if (given.ordering !== 'strict' || (given.maxItems > 4 && given.orderedBatches)) {
          expect(outcomes.every(({ status }) => status === 'delivered')).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('delivers what works beside items that never do, after an outage too', () => {
    const poisons = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 4 });
    fc.assert(
      fc.property(lanes, poisons, part, (given, poison, chance) => {
        fc.pre(given.ordering !== 'strict');
        const lane = new SimulatedLane(waiting(60), {
          ...given,
          random: () => chance,
          call: (batch, now) => ({
            outcomes: batch.map(({ sequence }) => {
              if (now < 60_000) return destinationFails();
              return poison.includes(sequence) ? itemFails() : undefined;
            }),
            durationMs: 20,
          }),
        });
        lane.run(hour);
        for (const { sequence, key } of waiting(60)) {
          const blocked = given.ordering === 'key' && poison.some((each) => `key-${(each - 1) % 7}` === key);
          if (poison.includes(sequence) || blocked) continue;
          expect(lane.settled.get(`delivery-${sequence}`)).toEqual([{ status: 'delivered' }]);
        }
      }),
      { numRuns: 50 },
    );
  });
});

import { PermanentError, systemClock, type Clock, type StoredDelivery } from '@dest/core';
import { MemoryOutbox } from '@dest/host';
import { VirtualClock } from '@dest/testkit';
import { CrashGate } from '../../src/delivery/crash-gate';
import { passTime } from '../support/pass-time';
import { recordingDestination } from '../support/recording-destination';
import { startedHost } from '../support/started-host';

/** Says of what waits in some lanes that it was in flight when the process crashed. */
class CrashedOutbox extends MemoryOutbox {
  readonly #destinations: readonly string[];

  constructor(destinations: readonly string[], clock: Clock = systemClock) {
    super({ clock, dedupeWindowMs: 1_000 });
    this.#destinations = destinations;
  }

  override async read(...args: Parameters<MemoryOutbox['read']>): Promise<readonly StoredDelivery[]> {
    const read = await super.read(...args);
    return this.#destinations.includes(args[0].destination) ? read.map((found) => ({ ...found, crashes: 1 })) : read;
  }
}

class CountingClock extends VirtualClock {
  timers = 0;

  override schedule(delayMs: number, callback: () => void): () => void {
    this.timers++;
    return super.schedule(delayMs, callback);
  }
}

const destinations = ['a', 'b'].map((id) => ({ id, package: id, eventType: id }));

test('a lane that waits at the gate is woken once, however often it came by', () => {
  const gate = new CrashGate();
  let woken = 0;
  const wake = (): void => void woken++;
  gate.take();
  for (let pump = 0; pump < 1_000; pump++) gate.whenLeft(wake);
  gate.leave();
  expect(woken).toBe(1);
});

test('what waits at the gate is waited for: drain resolves when it was delivered', async () => {
  let release = (): void => undefined;
  const a = recordingDestination('a', { dispatch: () => new Promise((resolve) => (release = resolve)) });
  const b = recordingDestination('b');
  const outbox = new CrashedOutbox(['a', 'b']);
  const host = await startedHost({ destinations }, { register: [a.class, b.class], outbox });
  await host.dispatch({ event: { type: 'a' } });
  await host.drain({ timeoutMs: 10 });
  await host.dispatch({ event: { type: 'b' } });
  expect(await host.drain({ timeoutMs: 50 })).toBe(false);
  expect(b.calls).toHaveLength(0);
  let isDrained = false;
  const [, entry] = await host.lanes();
  expect(entry).toMatchObject({ destination: 'b', waiting: 1, inFlight: 0 });
  const drained = host.drain().then(() => (isDrained = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isDrained).toBe(false);
  release();
  await drained;
  expect(b.calls).toHaveLength(1);
});

test('replays that wait at the gate set no timers, and go on when it is left', async () => {
  const clock = new CountingClock();
  let release = (): void => undefined;
  let isRefused = true;
  const a = recordingDestination('a', { dispatch: () => new Promise((resolve) => (release = resolve)) });
  const b = recordingDestination('b', {
    dispatch: () => {
      if (isRefused) throw new PermanentError('no');
    },
  });
  const outbox = new CrashedOutbox(['a'], clock);
  const host = await startedHost({ destinations }, { register: [a.class, b.class], outbox, clock });
  await host.dispatch({ event: { type: 'b' } });
  await passTime(clock, 100);
  await host.dispatch({ event: { type: 'a' } });
  await passTime(clock, 100);
  isRefused = false;
  expect(await host.replayDeadLetters({})).toMatchObject({ replayed: 1 });
  await passTime(clock, 1_000);
  const before = clock.timers;
  await passTime(clock, 1_000);
  expect(clock.timers - before).toBeLessThan(5);
  expect(b.delivered).toEqual([]);
  release();
  await passTime(clock, 1_000);
  expect(b.delivered).toHaveLength(1);
});

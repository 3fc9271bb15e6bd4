import * as core from '@dest/core';
import type { BatchItem } from '@dest/core';
import { recordingDestination } from '../../../packages/host/test/support/recording-destination';
import { order, startedHost } from '../../../packages/host/test/support/started-host';
import { Observed } from './support/observed';

const mapping = 'event@n';
const numbers = Array.from({ length: 10 }, (_, n) => n);
/** Filled up by ten, so that they are one batch. */
const delivery = {
  concurrency: 1,
  batch: { maxItems: 10, lingerMs: 60_000 },
  retry: { maxAttempts: 4, initialDelayMs: 1, maxDelayMs: 1 },
};
const ok = { ok: true } as const;

function otherCopy(): typeof core {
  let copy: typeof core | undefined;
  jest.isolateModules(() => {
    copy = jest.requireActual<typeof core>('@dest/core');
  });
  return copy as typeof core;
}

describe('fault 14: batch result short, long, undefined, from another copy of core', () => {
  const holes = (length: number): unknown[] => new Array<unknown>(length).fill(ok, 0, length - 1);
  // The recording itself reads it once.
  const unreadable = (): object => {
    let reads = 0;
    return {
      get ok(): boolean {
        if (reads++ > 0) throw new Error('unreadable');
        return true;
      },
    };
  };
  test.each<[string, (items: readonly BatchItem[]) => unknown]>([
    ['short', (items) => items.slice(1).map(() => ok)],
    ['empty', () => []],
    ['long', (items) => [...items, 'one more'].map(() => ok)],
    ['undefined', () => undefined],
    ['null', () => null],
    ['sparse', (items) => holes(items.length)],
    ['with an undefined in it', (items) => items.map((_, index) => (index === 0 ? undefined : ok))],
    ['with an ok that is no boolean', (items) => items.map(() => ({ ok: 'yes' }))],
    ['an object like a list', (items) => ({ length: items.length, 0: ok })],
    ['a set', (items) => new Set(items.map(() => ok))],
    ['one result for all', () => ok],
    ['one that throws when it is read', (items) => items.map(() => unreadable())],
  ])('a result that is %s counts as success for nobody, is reported, and tried again', async (_name, wrong) => {
    const observer = new Observed();
    const logged: string[] = [];
    const log = (message: string): void => void logged.push(message);
    const batches: number[][] = [];
    const target = recordingDestination('target', {
      batch: (items, _call, count) => {
        batches.push(items.map(({ data }) => data as number));
        return count <= 2 ? wrong(items) : items.map(() => ok);
      },
    });
    const host = await startedHost(
      { destinations: [{ id: 'd', package: 'target', mapping, delivery }] },
      { register: [target.class], observer, logger: { debug: log, info: log, warn: log, error: log } },
    );
    await Promise.all(numbers.map((n) => host.dispatch(order(n))));
    await host.drain({ waitForRetries: true });

    const [first, second, ...rest] = batches;
    expect(first).toEqual(numbers);
    // Whatever was in the second one came once more, and the others of the first.
    expect(rest.flat().toSorted((a, b) => a - b)).toEqual(numbers);
    expect(numbers).toEqual(expect.arrayContaining(second ?? []));
    expect(observer.envelopes('failed')).toEqual([]);
    expect(observer.envelopes('delivered')).toHaveLength(10);
    expect(observer.envelopes('retry').length).toBe(10 + (second?.length ?? 0));
    expect(logged.filter((line) => line.includes('dispatchBatch of target breaks the contract'))).toHaveLength(2);
  });

  test('errors of another copy of core say the same as its own', async () => {
    const other = otherCopy();
    expect(other.PermanentError).not.toBe(core.PermanentError);
    const errors: Readonly<Record<number, Error>> = {
      2: new other.PermanentError('never', { code: 'NEVER' }),
      4: new other.TransientError('not now', { code: 'NOT_NOW' }),
    };
    const observer = new Observed();
    const target = recordingDestination('target', {
      batch: (items, _call, count) =>
        items.map(({ data }) => {
          const error = errors[data as number];
          return error === undefined || (count > 1 && data === 4) ? ok : { ok: false, error };
        }),
    });
    const host = await startedHost(
      { destinations: [{ id: 'd', package: 'target', mapping, delivery }] },
      { register: [target.class], observer },
    );
    await Promise.all(numbers.map((n) => host.dispatch(order(n))));
    await host.drain({ waitForRetries: true });
    expect(observer.codes('failed')).toEqual(['NEVER']);
    expect(observer.envelopes('failed')).toEqual(['order-2']);
    expect(observer.codes('retry')).toEqual(['NOT_NOW']);
    expect(observer.envelopes('retry')).toEqual(['order-4']);
    expect(target.delivered).toEqual([0, 1, 3, 5, 6, 7, 8, 9, 4]);
  });

  test('a configuration error of another copy of core pauses the lane', async () => {
    const other = otherCopy();
    const target = recordingDestination('target', {
      batch: () => {
        throw new other.ConfigurationError('no entry', { code: 'NO_ENTRY' });
      },
    });
    const host = await startedHost(
      { destinations: [{ id: 'd', package: 'target', mapping, delivery }] },
      { register: [target.class] },
    );
    await Promise.all(numbers.map((n) => host.dispatch(order(n))));
    await host.drain({ waitForRetries: true });
    expect((await host.lanes())[0]).toMatchObject({ state: 'paused', waiting: 10, reason: { code: 'NO_ENTRY' } });
  });
});

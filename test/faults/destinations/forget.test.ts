import {
  ConfigurationError,
  DestinationInterface,
  PermanentError,
  RegisterDestination,
  TransientError,
  defineSchema,
  type Data,
  type DestinationClass,
} from '@dest/core';
import { startHost, type Host } from '@dest/host';
import { recordingDestination } from '../../../packages/host/test/support/recording-destination';
import { order } from '../../../packages/host/test/support/started-host';
import { configFile } from './support/config-file';
import { keptOutboxes, outboxTypes } from './support/kept-outbox';
import { turns, until } from './support/paced-clock';
import { stopAfterwards } from './support/stop-afterwards';

const nothing = defineSchema({ type: 'object' });

/** A destination that has a way to erase a person, and notes everything in order. */
function erasingDestination(
  name: string,
  log: string[],
  behaviour: {
    readonly dispatch?: (n: Data) => Promise<void> | void;
    readonly forget?: () => Promise<void> | void;
  } = {},
): DestinationClass {
  class Erasing extends DestinationInterface {
    override async open(): Promise<void> {
      log.push('open');
    }
    override async close(): Promise<void> {
      log.push('close');
    }
    async dispatchEvent(data: Data): Promise<void> {
      log.push(`begin ${JSON.stringify(data)}`);
      try {
        await behaviour.dispatch?.(data);
        log.push(`end ${JSON.stringify(data)}`);
      } catch (error) {
        log.push(`fail ${JSON.stringify(data)}`);
        throw error;
      }
    }
    async dispatchProfile(): Promise<void> {}
    override async forgetProfile(id: string): Promise<void> {
      log.push(`forget ${id}`);
      await behaviour.forget?.();
    }
  }
  RegisterDestination({ package: name, title: name, credentials: nothing, init: nothing })(Erasing);
  return Erasing;
}

describe.each(outboxTypes)('forget (%s)', (type) => {
  async function start(destinations: readonly object[], register: readonly object[]) {
    const kept = keptOutboxes[type]();
    const config = configFile({ outbox: kept.configuration, destinations });
    const logged: unknown[] = [];
    const log = (...words: unknown[]): void => void logged.push(words);
    const logger = { debug: log, info: log, warn: log, error: log };
    const again = async (): Promise<Host> => {
      const host = await startHost({ config: config.path, register, random: () => 1, logger, ...kept.options });
      stopAfterwards(() => host.close());
      return host;
    };
    const configure = (next: readonly object[]): void => {
      config.write({ outbox: kept.configuration, destinations: next });
    };
    return { host: await again(), again, configure, logged };
  }

  test('removes a person from lanes and dead letters, asks each destination that has a way, and tells what it did', async () => {
    const logs = { erasing: [] as string[], failing: [] as string[], slow: [] as string[] };
    const down = (): never => {
      throw new TransientError('down', { scope: 'destination', retryAfterMs: 3_600_000 });
    };
    const refusing = recordingDestination('refusing', {
      dispatch: () => Promise.reject(new PermanentError('no', { code: 'NO' })),
    });
    const failing = erasingDestination('failing', logs.failing, {
      dispatch: down,
      forget: () => Promise.reject(new ConfigurationError('ask them by post', { code: 'BY_POST' })),
    });
    const slow = erasingDestination('slow', logs.slow, { dispatch: down, forget: () => new Promise(() => undefined) });
    const { host, again } = await start(
      [
        { id: 'erasing', package: 'erasing', mapping: 'event@n' },
        { id: 'refusing', package: 'refusing', mapping: 'event@n' },
        { id: 'failing', package: 'failing', mapping: 'event@n' },
        { id: 'slow', package: 'slow', mapping: 'event@n', delivery: { timeoutMs: 100 } },
        { id: 'absent', package: 'absent', mapping: 'event@n' },
      ],
      [erasingDestination('erasing', logs.erasing), refusing.class, failing, slow],
    );
    for (const n of [1, 2, 3]) await host.dispatch(order(n, 'gone'));
    for (const n of [4, 5]) await host.dispatch(order(n, 'stays'));
    await host.drain();
    expect((await host.lanes()).map(({ waiting }) => waiting)).toEqual([0, 0, 5, 5, 5]);
    expect(await host.countDeadLetters({})).toBe(5);

    expect(await host.forget('gone')).toEqual({
      profile: 'gone',
      deliveries: 9,
      deadLetters: 3,
      envelopes: 3,
      quarantined: 0,
      unsearched: [],
      destinations: [
        { destination: 'erasing', outcome: 'forgotten' },
        { destination: 'refusing', outcome: 'unsupported' },
        {
          destination: 'failing',
          outcome: 'failed',
          failure: expect.objectContaining({ code: 'BY_POST', message: 'ask them by post' }) as object,
        },
        {
          destination: 'slow',
          outcome: 'failed',
          failure: expect.objectContaining({ code: 'DEADLINE_EXCEEDED' }) as object,
        },
        {
          destination: 'absent',
          outcome: 'failed',
          failure: expect.objectContaining({ code: 'PACKAGE_UNKNOWN' }) as object,
        },
      ],
    });
    // By an instance of its own, which is closed: the one that delivers is not disturbed.
    expect(logs.erasing.slice(-3)).toEqual(['open', 'forget gone', 'close']);
    expect((await host.lanes()).map(({ waiting }) => waiting)).toEqual([0, 0, 2, 2, 2]);
    const left = await host.listDeadLetters({}, { limit: 10 });
    expect(left.map(({ envelopeId }) => envelopeId).toSorted()).toEqual(['order-4', 'order-5']);
    await host.close();
    const next = await again();
    expect((await next.lanes()).map(({ waiting }) => waiting)).toEqual([0, 0, 2, 2, 2]);
    expect(await next.forget('gone')).toMatchObject({ deliveries: 0, deadLetters: 0, envelopes: 0 });
  });

  test.each(['works', 'fails'])(
    'what is under way ends before the other side is asked to erase, and is not tried again where it %s',
    async (how) => {
      const log: string[] = [];
      let finish: (() => void) | undefined = undefined as (() => void) | undefined;
      const erasing = erasingDestination('erasing', log, {
        dispatch: (n) => {
          if (n !== 1 || finish !== undefined) return;
          return new Promise((resolve, reject) => {
            finish = how === 'works' ? resolve : () => reject(new TransientError('not now'));
          });
        },
      });
      const retry = { initialDelayMs: 1, maxDelayMs: 1 };
      const { host, logged } = await start(
        [{ id: 'd', package: 'erasing', mapping: 'event@n', delivery: { concurrency: 1, retry } }],
        [erasing],
      );
      for (const n of [1, 2]) await host.dispatch(order(n, 'gone'));
      for (const n of [3, 4]) await host.dispatch(order(n, 'stays'));
      await until(() => log.includes('begin 1'));
      const forgotten = host.forget('gone');
      // Long enough for it to be asked, if it were asked now.
      await turns();
      await until(async () => (await host.lanes())[0]?.waiting === 2);
      await turns();
      expect(log).toEqual(['open', 'begin 1']);
      finish?.();
      expect(await forgotten).toMatchObject({ deliveries: 2, destinations: [{ outcome: 'forgotten' }] });
      await host.drain({ waitForRetries: true });
      expect(log).toContain(how === 'works' ? 'end 1' : 'fail 1');
      // A try that fails while the outbox forgets may be made once more, but not after the other side was asked.
      const after = log.slice(log.indexOf('forget gone'));
      expect(after.filter((entry) => / [12]$/.test(entry))).toEqual([]);
      expect(log.filter((entry) => /end [34]$/.test(entry)).toSorted()).toEqual(['end 3', 'end 4']);
      expect(await host.countDeadLetters({})).toBe(0);
      // Nor are they taken for lost; on disk, what is read while the outbox forgets may be.
      if (type === 'memory') expect(JSON.stringify(logged)).not.toMatch(/DAMAGED|dead letter/);
      expect((await host.lanes())[0]).toMatchObject({ waiting: 0 });
    },
  );

  test.each(['', ' '])('nobody is forgotten by the id %j', async (id) => {
    const log: string[] = [];
    const { host } = await start([{ id: 'd', package: 'erasing' }], [erasingDestination('erasing', log)]);
    await expect(host.forget(id)).rejects.toMatchObject({ code: 'PROFILE_ID_MISSING' });
    expect(log).toEqual([]);
  });

  test.each([
    ['of an earlier generation', [{ id: 'd', package: 'erasing', mapping: 'event@n', generation: 2 }]],
    ['of a destination that is gone', [{ id: 'other', package: 'erasing', mapping: 'event@n' }]],
  ])('what is under way %s is shown, and ends before the other side is asked to erase', async (_what, next) => {
    const log: string[] = [];
    let finish: (() => void) | undefined = undefined as (() => void) | undefined;
    const erasing = erasingDestination('erasing', log, {
      dispatch: () => new Promise((resolve) => (finish = resolve)),
    });
    const { host, configure } = await start([{ id: 'd', package: 'erasing', mapping: 'event@n' }], [erasing]);
    await host.dispatch(order(1, 'gone'));
    await until(() => log.includes('begin 1'));
    configure(next);
    expect(await host.reload()).toMatchObject({ taken: true });
    const [configured, orphaned] = await host.lanes();
    expect(configured).toMatchObject({ lane: { destination: next[0]!.id }, inFlight: 0 });
    expect(orphaned).toMatchObject({ state: 'orphaned', lane: { destination: 'd', generation: 1 }, inFlight: 1 });
    const forgotten = host.forget('gone');
    // What the outbox is asked later it answers later; then the other side would be asked, if it were asked now.
    await host.countDeadLetters({});
    await turns();
    expect(log).toEqual(['open', 'begin 1']);
    finish?.();
    expect(await forgotten).toMatchObject({ destinations: [{ outcome: 'forgotten' }] });
    expect(log.indexOf('end 1')).toBeLessThan(log.indexOf('forget gone'));
  });
});

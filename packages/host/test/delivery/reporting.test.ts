import { ConfigurationError, PermanentError, TransientError } from '@dest/core';
import { VirtualClock } from '@dest/testkit';
import { passTime } from '../support/pass-time';
import { RecordingLogger } from '../support/recording-logger';
import { recordingDestination } from '../support/recording-destination';
import { order, startedHost } from '../support/started-host';

describe('a pause', () => {
  test('is told once, however many calls were under way, and so is its end', async () => {
    const clock = new VirtualClock();
    const logger = new RecordingLogger();
    let isMended = false;
    const target = recordingDestination('target', {
      dispatch: async () => {
        await new Promise<void>((resolve) => void clock.schedule(20, resolve));
        if (!isMended) throw new ConfigurationError('no entry');
      },
    });
    const host = await startedHost(
      { destinations: [{ id: 'd', package: 'target' }] },
      { register: [target.class], logger, clock },
    );
    for (let n = 0; n < 4; n++) await host.dispatch(order(n));
    await passTime(clock, 40, 10);
    expect(target.calls).toHaveLength(4);
    expect(logger.matching(/is paused/)).toHaveLength(1);
    isMended = true;
    await passTime(clock, 60_000, 1_000);
    expect(target.delivered).toHaveLength(4);
    expect(logger.matching(/works again/)).toHaveLength(1);
  });
});

describe('a dead letter', () => {
  test('is told of what became one, not of what was replaced meanwhile', async () => {
    const logger = new RecordingLogger();
    let fail = (): void => undefined;
    const target = recordingDestination('target', {
      dispatch: (_call, count) => {
        if (count === 1) return new Promise((_, reject) => (fail = () => reject(new PermanentError('bad'))));
        if (count === 3) throw new PermanentError('bad');
        return undefined;
      },
    });
    const host = await startedHost(
      { destinations: [{ id: 'd', package: 'target', onProfileChangeOnly: true, delivery: { coalesce: 'latest' } }] },
      { register: [target.class], logger },
    );
    await host.dispatch({ profile: { id: 'a', version: 1 }, changes: ['version'] });
    while (target.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await host.dispatch({ profile: { id: 'a', version: 2 }, changes: ['version'] });
    fail();
    await host.drain();
    expect(logger.matching(/dead letter/)).toEqual([]);
    expect(logger.matching(/failed that was replaced/)).toHaveLength(1);
    await host.dispatch({ profile: { id: 'a', version: 3 }, changes: ['version'] });
    await host.drain();
    expect(logger.matching(/dead letter/)).toHaveLength(1);
    expect(await host.countDeadLetters({})).toBe(1);
  });
});

describe('what the application hands over and throws', () => {
  const fail = (): never => {
    throw new Error('not mine');
  };
  const failLater = ((): Promise<void> => Promise.reject(new Error('not mine'))) as () => void;

  test.each([
    ['at once', fail],
    ['later', failLater],
  ])('an observer that fails %s is logged, and harms nothing', async (_when, settled) => {
    const logger = new RecordingLogger();
    const target = recordingDestination('target');
    const host = await startedHost(
      { destinations: [{ id: 'd', package: 'target', mapping: 'event@n' }] },
      { register: [target.class], logger, observer: { settled } },
    );
    await host.dispatch(order(1));
    await host.drain();
    await host.close();
    expect(target.delivered).toEqual([1]);
    expect(logger.matching(/observer throws: not mine/)).toHaveLength(1);
  });

  test.each([
    ['at once', fail],
    ['later', failLater],
  ])('a logger that fails %s harms nothing, and the process is warned once', async (_when, log) => {
    const warnings: string[] = [];
    const warned = jest
      .spyOn(process, 'emitWarning')
      .mockImplementation((warning) => void warnings.push(String(warning)));
    const target = recordingDestination('target', {
      dispatch: (_call, count) => {
        if (count <= 2) throw new TransientError('later');
      },
    });
    const host = await startedHost(
      {
        destinations: [
          { id: 'd', package: 'target', mapping: 'event@n', delivery: { retry: { initialDelayMs: 1, maxDelayMs: 1 } } },
        ],
      },
      { register: [target.class], logger: { debug: log, info: log, warn: log, error: log } },
    );
    await host.dispatch(order(1));
    await host.drain({ waitForRetries: true });
    await host.close();
    warned.mockRestore();
    expect(target.delivered).toEqual([1]);
    expect(warnings).toEqual(["The host's logger throws: not mine."]);
  });
});

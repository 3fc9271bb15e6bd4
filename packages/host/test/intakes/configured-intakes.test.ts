import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError, TransientError } from '@dest/core';
import { VirtualClock } from '@dest/testkit';
import { RecordingLogger } from '../support/recording-logger';
import { recordingDestination } from '../support/recording-destination';
import { recordingIntake } from '../support/recording-intake';
import { startedHost } from '../support/started-host';

const queue = { type: 'plugin', package: 'queue' };

/** What has been asked for happens within some turns. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test('what a configured intake hands in is delivered and counted', async () => {
  const target = recordingDestination('target');
  const intake = recordingIntake('queue');
  const host = await startedHost(
    {
      destinations: [{ id: 'd', package: 'target', source: 'queue', mapping: 'event@n' }],
      intakes: [{ ...queue, init: { topic: 'a' } }],
    },
    { register: [target.class, intake.class] },
  );
  await turns();
  const { accept, init } = intake.started[0]!;
  expect(init).toEqual({ topic: 'a' });
  const message = { envelope: { event: { type: 'a', n: 1 } }, fallbackId: 'queue:1', source: 'queue' };
  expect(await accept(message)).toMatchObject({ id: 'queue:1', duplicate: false });
  expect(await accept(message)).toMatchObject({ duplicate: true });
  await expect(accept({ envelope: { event: {} } })).rejects.toMatchObject({ code: 'ENVELOPE_INVALID' });
  const counts = { accepted: 1, duplicates: 1, refused: 1 };
  expect(host.intakes()).toEqual([{ id: 'queue', package: 'queue', state: 'running', ...counts }]);
  await host.drain();
  await host.close();
  expect(target.delivered).toEqual([1]);
  expect(intake.log).toEqual(['start queue', 'close queue']);
  expect(host.intakes()).toEqual([{ id: 'queue', package: 'queue', state: 'closed', ...counts }]);
  await expect(accept(message)).rejects.toMatchObject({ code: 'INTAKE_CLOSED' });
});

test.each(['memory', 'sqlite'])(
  'what a full lane refuses is owed to it alone, with an outbox of type %s',
  async (type) => {
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const slow = recordingDestination('slow', { dispatch: () => answered });
    const quick = recordingDestination('quick');
    const intake = recordingIntake('queue');
    const outbox = type === 'memory' ? { type } : { type, path: 'outbox.db' };
    const from = await mkdtemp(join(tmpdir(), 'dest-intakes-'));
    const host = await startedHost(
      {
        outbox,
        shutdownMs: 1_000,
        destinations: [
          { id: 'slow', package: 'slow', mapping: 'event@n', delivery: { maxBytes: 50 } },
          { id: 'quick', package: 'quick', mapping: 'event@n' },
        ],
        intakes: [queue],
      },
      { register: [slow.class, quick.class, intake.class], from },
    );
    await turns();
    const { accept } = intake.started[0]!;
    const handIn = async (n: number, more = {}): Promise<unknown> => {
      const { duplicate, owed } = await accept({
        envelope: { event: { type: 'a', n, ...more } },
        fallbackId: `queue:${n}`,
      });
      return { duplicate, owed };
    };
    expect(await handIn(1)).toEqual({ duplicate: false, owed: [] });
    expect(await handIn(2)).toEqual({ duplicate: false, owed: ['slow'] });
    expect(await handIn(2)).toEqual({ duplicate: false, owed: ['slow'] });
    expect(host.intakes()).toMatchObject([{ accepted: 1, duplicates: 0, refused: 0 }]);
    answer();
    await host.drain();
    expect(await handIn(2)).toEqual({ duplicate: false, owed: [] });
    expect(await handIn(2)).toEqual({ duplicate: true, owed: [] });
    // It would never fit: nobody has to wait for that.
    expect(await handIn(3, { long: 'x'.repeat(100) })).toEqual({ duplicate: false, owed: [] });
    await host.drain();
    expect(slow.delivered).toEqual([1, 2]);
    expect(quick.delivered).toEqual([1, 2, 3]);
    expect(host.intakes()).toMatchObject([{ accepted: 3, duplicates: 1, refused: 0 }]);
    await host.close();
    await rm(from, { recursive: true });
  },
);

test('none is started where only something is sent or looked at, nor one that is switched off', async () => {
  const intake = recordingIntake('queue');
  const without = { register: [intake.class], intakes: false };
  const quiet = await startedHost({ destinations: [], intakes: [queue] }, without);
  await quiet.reload();
  const intakes = [
    { ...queue, id: 'off', enabled: false },
    { ...queue, id: 'resource-off', resource: { id: 'r' } },
  ];
  const resources = [{ id: 'r', enabled: false, credentials: { production: {} } }];
  const host = await startedHost({ destinations: [], resources, intakes }, { register: [intake.class] });
  await turns();
  expect(intake.log).toEqual([]);
  expect(quiet.intakes()).toEqual([]);
  expect(host.intakes()).toMatchObject([
    { id: 'off', state: 'disabled' },
    { id: 'resource-off', state: 'disabled' },
  ]);
});

test('one that is wrongly configured is told, and the host works without it', async () => {
  const logger = new RecordingLogger();
  const intake = recordingIntake('queue');
  const host = await startedHost(
    {
      destinations: [],
      intakes: [{ ...queue, id: 'wrong', init: { topic: 5 } }, { type: 'plugin', package: 'nobody' }, queue],
    },
    { register: [intake.class], logger },
  );
  await turns();
  expect(host.intakes()).toMatchObject([
    { id: 'wrong', state: 'failed', failure: { code: 'INIT_INVALID' } },
    { id: 'nobody', state: 'failed', failure: { code: 'PACKAGE_UNKNOWN' } },
    { id: 'queue', state: 'running' },
  ]);
  expect(logger.matching(/Intake wrong: init.topic: should be a string, is 5/)).toHaveLength(1);
  expect(intake.log).toEqual(['start queue']);
});

describe('a start that fails', () => {
  test('is tried again with backoff, and told once for each cause', async () => {
    const clock = new VirtualClock();
    const logger = new RecordingLogger();
    const intake = recordingIntake('queue', {
      start: (count) => {
        if (count < 4) throw new TransientError('nobody answers', { code: 'QUEUE_GONE' });
      },
    });
    const host = await startedHost(
      { destinations: [], intakes: [queue] },
      { register: [intake.class], logger, clock, random: () => 1 },
    );
    await turns();
    expect(host.intakes()).toMatchObject([
      { state: 'failed', failure: { code: 'QUEUE_GONE', message: 'nobody answers' } },
    ]);
    // What did not start is closed, and what it hands in is not taken.
    expect(intake.log).toEqual(['start queue', 'close queue']);
    await expect(intake.started[0]?.accept({ envelope: {} })).rejects.toMatchObject({ code: 'INTAKE_CLOSED' });
    for (const delayMs of [500, 1_000, 2_000]) {
      const before = intake.started.length;
      clock.advance(delayMs - 1);
      await turns();
      expect(intake.started).toHaveLength(before);
      clock.advance(1);
      await turns();
      expect(intake.started).toHaveLength(before + 1);
    }
    expect(host.intakes()).toMatchObject([{ state: 'running' }]);
    expect(host.intakes()[0]).not.toHaveProperty('failure');
    expect(logger.matching(/intake queue/i)).toEqual([
      'Nothing comes in by intake queue, and it is tried again: nobody answers',
      'Intake queue takes in again',
    ]);
  });

  test('is tried again slowly where it is the configuration’s fault', async () => {
    const clock = new VirtualClock();
    const intake = recordingIntake('queue', {
      start: () => {
        throw new ConfigurationError('refused', { code: 'QUEUE_REFUSED' });
      },
    });
    await startedHost({ destinations: [], intakes: [queue] }, { register: [intake.class], clock });
    await turns();
    clock.advance(59_999);
    await turns();
    expect(intake.started).toHaveLength(1);
    clock.advance(1);
    await turns();
    expect(intake.started).toHaveLength(2);
  });

  test('and never ends is cut off when the host closes', async () => {
    const intake = recordingIntake('queue', { start: () => new Promise(() => undefined) });
    const host = await startedHost({ destinations: [], intakes: [queue] }, { register: [intake.class] });
    await turns();
    expect(host.intakes()).toMatchObject([{ state: 'starting' }]);
    await host.close();
    expect(intake.log).toEqual(['start queue', 'close queue']);
    expect(host.intakes()).toMatchObject([{ state: 'closed' }]);
  });
});

test('an intake that reports a problem has failed until it reports that it is over', async () => {
  const logger = new RecordingLogger();
  const intake = recordingIntake('queue');
  const host = await startedHost({ destinations: [], intakes: [queue] }, { register: [intake.class], logger });
  await turns();
  const { report } = intake.started[0]!.context;
  report(new TransientError('gone', { code: 'QUEUE_GONE' }));
  report(new TransientError('gone', { code: 'QUEUE_GONE' }));
  expect(host.intakes()).toMatchObject([{ state: 'failed', failure: { code: 'QUEUE_GONE' } }]);
  report(undefined);
  expect(host.intakes()).toMatchObject([{ state: 'running' }]);
  expect(logger.matching(/intake queue/i)).toHaveLength(2);
});

test('a reload restarts what changed, starts what is new, closes what is gone, and leaves the rest', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const intake = recordingIntake('queue', { close: () => held });
  const config = {
    version: 1,
    outbox: { type: 'memory' },
    destinations: [],
    intakes: [
      { ...queue, id: 'same' },
      { ...queue, id: 'changed' },
      { ...queue, id: 'gone' },
    ] as object[],
  };
  const host = await startedHost(config, { register: [intake.class] });
  await turns();
  const [same] = intake.started;
  // startedHost hands over a copy of the object, with the same list.
  config.intakes.splice(1, 2, { ...queue, id: 'changed', init: { topic: 'b' } }, { ...queue, id: 'new' });
  const report = await host.reload();
  expect(report).toMatchObject({
    taken: true,
    added: [],
    intakes: { added: ['new'], changed: ['changed'], removed: ['gone'] },
  });
  await turns();
  // The one that changed begins only when the one before has ended.
  expect(intake.log).toEqual(['start same', 'start changed', 'start gone', 'start new']);
  release();
  await turns();
  expect(intake.log.slice(4).toSorted()).toEqual(['close changed', 'close gone', 'start changed']);
  expect(intake.log.indexOf('close changed')).toBeLessThan(intake.log.lastIndexOf('start changed'));
  await same?.accept({ envelope: { event: { type: 'a' } } });
  expect(host.intakes()).toMatchObject([
    { id: 'same', state: 'running', accepted: 1 },
    { id: 'changed', state: 'running', accepted: 0 },
    { id: 'new', state: 'running' },
  ]);
});

test('a reload that is under way when the host closes starts nothing', async () => {
  const intake = recordingIntake('queue');
  const config = { destinations: [], intakes: [] as object[] };
  const host = await startedHost(config, { register: [intake.class] });
  config.intakes.push(queue);
  const reloading = host.reload();
  await Promise.resolve();
  await Promise.all([reloading, host.close()]);
  await turns();
  expect((await reloading).taken).toBe(true);
  expect(intake.log).toEqual([]);
});

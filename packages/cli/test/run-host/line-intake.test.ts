import { PermanentError, systemClock, TransientError, type Clock, type Envelope } from '@dest/core';
import type { Receipt } from '@dest/host';
import { PassThrough, Readable } from 'node:stream';
import { streamSource } from '../../src/input/line-id';
import type { Acknowledgement } from '../../src/run-host/acknowledgement';
import { LineIntake, type LineIntakeOptions } from '../../src/run-host/line-intake';
import { ndjson } from '../support/workspace';

const receipt = (id: string, rest: Partial<Receipt> = {}): Receipt => ({
  id,
  duplicate: false,
  deliveries: [],
  skipped: [],
  refused: [],
  ...rest,
});

/** Whatever is waited for is over at once. */
const hasty: Clock = {
  now: () => Date.now(),
  schedule: (_delay, callback) => {
    const timer = setImmediate(callback);
    return () => clearImmediate(timer);
  },
};

interface Setup {
  readonly intake: LineIntake;
  readonly acknowledged: Acknowledgement[];
  readonly said: string[];
}

function setUp(
  stream: Readable,
  dispatch: LineIntakeOptions['dispatch'],
  options: Partial<LineIntakeOptions> = {},
): Setup {
  const acknowledged: Acknowledgement[] = [];
  const said: string[] = [];
  const { error } = console;
  const intake = new LineIntake({
    stream,
    source: streamSource('this one'),
    dispatch,
    acknowledge: async (entry) => void acknowledged.push(entry),
    clock: hasty,
    log: {
      say: (level, message) => said.push(`${level} ${message}`),
      logger: { debug: error, info: error, warn: error, error },
    },
    ...options,
  });
  return { intake, acknowledged, said };
}

const event = (id: number): object => ({ event: { id: `e${id}`, type: 'seen' } });
const events = (amount: number): string => ndjson(...Array.from({ length: amount }, (_none, index) => event(index)));
const idOf = (envelope: Envelope): string => String(envelope.event?.id);
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('LineIntake', () => {
  it('acknowledges each line when it is taken, in the order in which that happens', async () => {
    const finish = new Map<string, () => void>();
    const { intake, acknowledged } = setUp(
      Readable.from([Buffer.from(events(3))]),
      (envelope) => new Promise((resolve) => finish.set(idOf(envelope), () => resolve(receipt(idOf(envelope))))),
    );
    const running = intake.run();
    while (finish.size < 3) await tick();
    expect(acknowledged).toEqual([]);
    for (const id of ['e2', 'e0', 'e1']) {
      finish.get(id)?.();
      await tick();
    }
    await running;
    expect(acknowledged).toEqual([
      { line: 3, id: 'e2', duplicate: false },
      { line: 1, id: 'e0', duplicate: false },
      { line: 2, id: 'e1', duplicate: false },
    ]);
  });

  it('counts and tells bad lines, with their numbers, and goes on', async () => {
    const text = `${events(1)}\nnot json\n{"event":5}\n${ndjson(event(9))}`;
    const { intake, acknowledged, said } = setUp(Readable.from([Buffer.from(text)]), async (envelope) => {
      if (typeof envelope.event === 'number') throw new PermanentError('no event', { code: 'ENVELOPE_INVALID' });
      return receipt(idOf(envelope));
    });
    await intake.run();
    expect(intake.counts).toMatchObject({ read: 4, accepted: 2, bad: 2, duplicates: 0, notTaken: 0 });
    expect(said).toEqual([
      expect.stringMatching(/^warn line 3: LINE_NOT_JSON /),
      'warn line 4: ENVELOPE_INVALID no event',
    ]);
    expect(acknowledged.filter((entry) => 'error' in entry)).toEqual([
      { line: 3, error: { code: 'LINE_NOT_JSON', message: expect.any(String) } },
      { line: 4, error: { code: 'ENVELOPE_INVALID', message: 'no event' } },
    ]);
  });

  it('tells whose lane was full, also the sender', async () => {
    const { intake, acknowledged, said } = setUp(Readable.from([Buffer.from(events(2))]), async (envelope) =>
      receipt(idOf(envelope), {
        duplicate: idOf(envelope) === 'e1',
        refused: idOf(envelope) === 'e0' ? [{ destination: 'orders', reason: 'lane-full' }] : [],
      }),
    );
    await intake.run();
    expect(acknowledged).toEqual([
      { line: 1, id: 'e0', duplicate: false, refused: ['orders'] },
      { line: 2, id: 'e1', duplicate: true },
    ]);
    expect(intake.counts).toMatchObject({ accepted: 1, duplicates: 1 });
    expect(Object.fromEntries(intake.counts.refused)).toEqual({ orders: 1 });
    expect(said).toEqual(['warn line 1: not kept for orders, whose lane is full']);
  });

  it('tries again what the outbox can’t take now, reads nothing meanwhile, and loses nothing', async () => {
    let full = true;
    const tried: string[] = [];
    const taken: string[] = [];
    const stream = new PassThrough({ highWaterMark: 1 });
    const { intake, said } = setUp(stream, async (envelope) => {
      tried.push(idOf(envelope));
      if (full) throw new TransientError('the disk is full', { code: 'OUTBOX_DISK_FULL' });
      taken.push(idOf(envelope));
      return receipt(idOf(envelope));
    });
    const running = intake.run();
    stream.write(ndjson(event(0)));
    while (tried.length < 20) await tick();
    stream.write(ndjson(event(1)));
    stream.end(ndjson(event(2)));
    while (tried.length < 40) await tick();
    expect(new Set(tried)).toEqual(new Set(['e0']));
    full = false;
    await running;
    expect(taken).toEqual(['e0', 'e1', 'e2']);
    expect(intake.counts).toMatchObject({ read: 3, accepted: 3, bad: 0 });
    expect(said).toEqual([
      expect.stringContaining('warn line 1 is not taken: OUTBOX_DISK_FULL the disk is full'),
      'info line 1 is taken: the reading goes on.',
    ]);
  });

  it('gives the same line the same id on each try, and another stream’s line another one', async () => {
    const ids: unknown[] = [];
    const stream = (): Readable => Readable.from([Buffer.from('{"event":{"type":"tick"}}\n')]);
    const dispatch: LineIntakeOptions['dispatch'] = async (_envelope, _json, { fallbackId }) => {
      ids.push(fallbackId);
      if (ids.length < 3) throw new TransientError('later');
      return receipt(String(fallbackId));
    };
    await setUp(stream(), dispatch).intake.run();
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^stdin:1:[0-9a-f]{12}$/);
    await setUp(stream(), dispatch, { source: streamSource('another') }).intake.run();
    expect(new Set(ids).size).toBe(2);
  });

  it('gives up a line that fails for a reason nobody foresaw, and goes on', async () => {
    const { intake, acknowledged } = setUp(Readable.from([Buffer.from(events(2))]), async (envelope) => {
      if (idOf(envelope) === 'e0') throw new TypeError('a slip');
      return receipt(idOf(envelope));
    });
    await intake.run();
    expect(intake.counts).toMatchObject({ accepted: 1, bad: 1 });
    expect(acknowledged).toContainEqual({ line: 1, error: { code: 'UNEXPECTED', message: 'a slip' } });
  });

  it('reads no faster than lines are taken, and hands many over at a time', async () => {
    let underWay = 0;
    let most = 0;
    let read = 0;
    const finish: (() => void)[] = [];
    const source = (async function* () {
      for (let index = 0; index < 5_000; index++) {
        read++;
        yield Buffer.from(ndjson(event(index)));
      }
    })();
    const { intake } = setUp(Readable.from(source, { highWaterMark: 1 }), async (envelope) => {
      most = Math.max(most, ++underWay);
      await new Promise<void>((resolve) => finish.push(resolve));
      underWay--;
      return receipt(idOf(envelope));
    });
    const running = intake.run();
    while (underWay < 1_000) await tick();
    for (let wait = 0; wait < 50; wait++) await tick();
    expect(read).toBeLessThan(1_020);
    const done = running.then(() => true);
    while (!(await Promise.race([done, tick().then(() => false)]))) for (const end of finish.splice(0)) end();
    expect(most).toBe(1_000);
    expect(intake.counts.accepted).toBe(5_000);
  });

  it('waits for whoever reads the acknowledgements', async () => {
    let dispatched = 0;
    let read = (): void => undefined;
    const reads = new Promise<void>((resolve) => (read = resolve));
    const { intake } = setUp(
      Readable.from([Buffer.from(events(3_000))]),
      async (envelope) => {
        dispatched++;
        return receipt(idOf(envelope));
      },
      { acknowledge: () => reads },
    );
    const running = intake.run();
    while (dispatched < 1_000) await tick();
    for (let wait = 0; wait < 50; wait++) await tick();
    expect(dispatched).toBe(1_000);
    read();
    await running;
    expect(dispatched).toBe(3_000);
  });

  it('stops at once where a line waits to be tried again, and says which were not taken', async () => {
    const stream = new PassThrough();
    let tried = 0;
    const { intake, acknowledged } = setUp(
      stream,
      async () => {
        tried++;
        throw new TransientError('full', { code: 'OUTBOX_DISK_FULL' });
      },
      { clock: systemClock },
    );
    const running = intake.run();
    stream.write(ndjson(event(0)));
    while (tried < 1) await tick();
    stream.write(ndjson(event(1), event(2)));
    for (let wait = 0; wait < 20; wait++) await tick();
    intake.stop();
    await running;
    // The one that waits for its turn is told as well.
    expect(intake.counts).toMatchObject({ read: 2, accepted: 0, bad: 0, notTaken: 2, firstNotTaken: 1 });
    expect(acknowledged).toEqual([]);
    expect(stream.destroyed).toBe(true);
  });

  it.each(['OUTBOX_WORKER_DIED', 'HOST_CLOSED'])(
    'ends with the error where nothing will ever be taken: %s',
    async (code) => {
      const stream = new PassThrough();
      const { intake } = setUp(stream, async () => {
        throw new TransientError('gone', { code });
      });
      const running = intake.run();
      stream.write(events(1));
      await expect(running).rejects.toMatchObject({ code });
      expect(intake.counts.notTaken).toBe(1);
    },
  );

  it('ends where nothing can be acknowledged any more, and takes no further line', async () => {
    const stream = new PassThrough();
    const { intake } = setUp(stream, async (envelope) => receipt(idOf(envelope)), {
      acknowledge: () => Promise.reject(new Error('nobody reads')),
    });
    const running = intake.run();
    stream.write(events(1));
    await expect(running).rejects.toThrow('nobody reads');
    expect(stream.destroyed).toBe(true);
    expect(intake.counts.accepted).toBe(1);
  });

  it('ends with the error of its input', async () => {
    const stream = new PassThrough();
    const { intake } = setUp(stream, async (envelope) => receipt(idOf(envelope)));
    const running = intake.run();
    stream.write(events(1));
    while (intake.counts.accepted < 1) await tick();
    stream.destroy(new Error('the pipe broke'));
    await expect(running).rejects.toThrow('the pipe broke');
  });
});

import { noopLogger, PermanentError, TransientError, type CheckResult, type IntakeMessage } from '@dest/core';
import { FakeCluster } from '../support/fake-cluster';
import { createIntake, startedIntake } from '../support/started-intake';
import { until } from '../support/until';

let cluster: FakeCluster;

beforeEach(async () => (cluster = await FakeCluster.start()));
afterEach(() => cluster.stop());

const event = (n: number): string => JSON.stringify({ event: { type: 'a', n } });
const numbersOf = (messages: readonly IntakeMessage[]): unknown[] =>
  messages.map(({ envelope }) => (envelope as { event: { n: number } }).event.n);
const count = (length: number): number[] => Array.from({ length }, (_, index) => index + 1);

describe('a message', () => {
  test('is handed in as it is, and acknowledged when the outbox has it', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { accepted } = await startedIntake({ host: cluster.host, init: { source: 'queue' }, accept: () => held });
    cluster.publish({ payload: event(1), key: 'p1' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(cluster.acknowledged).toEqual([]);
    release();
    await until(() => cluster.acknowledged.length === 1);
    const published = Date.UTC(2030, 0, 2, 2, 4, 5, 678);
    expect(accepted).toEqual([
      {
        envelope: { event: { type: 'a', n: 1 } },
        fallbackId: `persistent://public/default/events:7:1:-1:0:${published}`,
        source: 'queue',
      },
    ]);
  });

  test.each([
    ['event', '{"type":"a"}', { event: { type: 'a' } }],
    ['profile', '{"id":"p"}', { profile: { id: 'p' } }],
  ])('may be the %s of an envelope', async (format, payload, envelope) => {
    const { accepted } = await startedIntake({ host: cluster.host, init: { format } });
    cluster.publish({ payload });
    await until(() => accepted.length === 1);
    expect(accepted[0]?.envelope).toEqual(envelope);
  });
});

test('the subscription is asked for as it is configured', async () => {
  await startedIntake({
    host: cluster.host,
    init: { subscription: 'a+b', type: 'Failover', initialPosition: 'earliest', receiverQueueSize: 7 },
  });
  const [url] = cluster.consumers;
  expect(url?.pathname).toBe('/ws/v2/consumer/persistent/public/default/events/a%2Bb');
  expect(Object.fromEntries(url?.searchParams ?? [])).toEqual({
    subscriptionType: 'Failover',
    subscriptionInitialPosition: 'Earliest',
    receiverQueueSize: '7',
  });
});

describe('poison', () => {
  const letters = 'persistent/public/default/events-dest-DLQ';

  test.each<[string, string | Buffer, string, (() => never) | undefined]>([
    ['that is no JSON', '{"event":', 'PULSAR_PAYLOAD_NOT_JSON', undefined],
    ['that is no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'PULSAR_PAYLOAD_NOT_JSON', undefined],
    [
      'that the host refuses',
      ' {"event": {}}\n',
      'ENVELOPE_INVALID',
      () => {
        throw new PermanentError('event.type: is missing', { code: 'ENVELOPE_INVALID' });
      },
    ],
  ])('%s goes to the dead letters as it is, with its cause', async (_what, payload, code, accept) => {
    await startedIntake({ host: cluster.host, ...(accept === undefined ? {} : { accept }) });
    cluster.publish({ payload, key: 'p1', properties: { own: 'x' } });
    await until(() => cluster.acknowledged.length === 1);
    expect(cluster.sent).toEqual([
      {
        topic: letters,
        payload: Buffer.from(payload),
        key: 'p1',
        properties: {
          own: 'x',
          errorCode: code,
          errorMessage: expect.stringMatching(/\w/),
          originalTopic: 'persistent://public/default/events',
          originalMessageId: '7:1:-1:0',
          originalKey: 'p1',
          originalPublishTime: '2030-01-02T02:04:05.678Z',
        },
      },
    ]);
  });

  test('is not acknowledged while it can not be put aside; others go on', async () => {
    cluster.answer = () => ({ result: 'send-error:1', errorMsg: 'Timeout' });
    const { accepted, reports } = await startedIntake({ host: cluster.host, init: { deadLetterTopic: 'aside' } });
    cluster.publish(
      { payload: 'poison', key: 'p1' },
      { payload: event(2), key: 'p1' },
      { payload: event(3), key: 'p2' },
    );
    await until(() => reports.length > 1);
    expect(numbersOf(accepted)).toEqual([3]);
    expect(cluster.acknowledged).toEqual([3]);
    expect(new Set(reports)).toEqual(new Set(['PULSAR_TIMED_OUT']));
    cluster.answer = () => ({ result: 'ok', messageId: 'id' });
    await until(() => cluster.acknowledged.length === 3);
    expect(cluster.sent.map(({ topic }) => topic)).toEqual(['persistent/public/default/aside']);
    // What came behind it under its key was kept waiting, and nothing was lost.
    expect(cluster.acknowledged).toEqual([3, 1, 2]);
    expect(reports.at(-1)).toBe('fine');
  });
});

describe('an outbox that is full', () => {
  test('is tried again, in the order of each key; no more comes than the receiver queue holds', async () => {
    let full = true;
    let tries = 0;
    const { accepted, reports } = await startedIntake({
      host: cluster.host,
      init: { receiverQueueSize: 4 },
      accept: () => {
        tries++;
        if (full) throw new TransientError('no room', { code: 'OUTBOX_DISK_FULL' });
      },
    });
    cluster.publish(...count(40).map((n) => ({ payload: event(n), key: `p${n % 3}` })));
    await until(() => tries > 6);
    expect(cluster.mostUnacknowledged).toBe(4);
    expect(cluster.acknowledged).toEqual([]);
    full = false;
    await until(() => cluster.acknowledged.length === 40);
    expect(cluster.mostUnacknowledged).toBe(4);
    expect(cluster.consumers).toHaveLength(1);
    const numbers = numbersOf(accepted) as number[];
    for (const key of [0, 1, 2]) {
      const own = numbers.filter((n) => n % 3 === key);
      expect(own).toEqual(count(40).filter((n) => n % 3 === key));
    }
    expect(reports).toEqual([]);
  });

  test('takes what it asks for in time: a probe at a time', async () => {
    let tries = 0;
    await startedIntake({
      host: cluster.host,
      accept: () => {
        tries++;
        throw new TransientError('no room', { retryAfterMs: 300 });
      },
    });
    cluster.publish(...count(20).map((n) => ({ payload: event(n) })));
    await until(() => tries >= 20);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(tries).toBe(20);
    await until(() => tries === 21);
  });
});

describe('a lane that is full', () => {
  const kindOf = ({ envelope }: IntakeMessage): number => (envelope as { event: { n: number } }).event.n % 3;

  test('has its messages handed in again, each as it was, until it has room; others are taken meanwhile', async () => {
    let full = ['slow', 'other'];
    const tries: IntakeMessage[] = [];
    const { accepted } = await startedIntake({
      host: cluster.host,
      accept: (message) => {
        tries.push(message);
        // 0 goes to none of them, 1 to the one, 2 to both.
        return full.filter((name) => kindOf(message) > ['slow', 'other'].indexOf(name));
      },
    });
    cluster.publish(...count(12).map((n) => ({ payload: event(n), key: `p${n % 3}` })));
    await until(() => tries.length > 10);
    expect(cluster.acknowledged).toEqual([3, 6, 9, 12]);
    full = ['other'];
    // Room in the one is found while the other has none.
    const before = performance.now();
    await until(() => cluster.acknowledged.length > 4);
    full = [];
    await until(() => cluster.acknowledged.length === 12);
    expect(performance.now() - before).toBeLessThan(10_000);
    for (const key of [0, 1, 2]) {
      const own = accepted.filter((message) => kindOf(message) === key);
      expect(numbersOf(own)).toEqual(count(12).filter((n) => n % 3 === key));
    }
    const firsts = tries.filter(({ envelope }) => (envelope as { event: { n: number } }).event.n === 1);
    expect(firsts.length).toBeGreaterThan(1);
    expect(new Set(firsts.map((message) => JSON.stringify(message))).size).toBe(1);
    expect(cluster.sent).toEqual([]);
  });

  test('is asked by one message at a time', async () => {
    let tries = 0;
    await startedIntake({
      host: cluster.host,
      accept: () => {
        tries++;
        return ['slow'];
      },
    });
    cluster.publish(...count(200).map((n) => ({ payload: event(n) })));
    await until(() => tries >= 200);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(tries).toBeLessThan(210);
    expect(cluster.acknowledged).toEqual([]);
  });

  test('is asked by another one where who was to find out is gone, or the outbox fails', async () => {
    let answer: () => readonly string[] = () => ['slow'];
    let tries = 0;
    await startedIntake({
      host: cluster.host,
      accept: () => {
        tries++;
        return answer();
      },
    });
    cluster.publish(...count(3).map((n) => ({ payload: event(n) })));
    await until(() => tries > 3);
    answer = () => {
      throw new TransientError('no room', { code: 'OUTBOX_DISK_FULL' });
    };
    const before = tries;
    await until(() => tries > before + 1);
    cluster.disconnect();
    await until(() => cluster.consumers.length === 2);
    answer = () => [];
    await until(() => cluster.acknowledged.length === 3);
  });

  test('is asked again for the others where the one that was let through finds another lane full, too', async () => {
    const answers: Record<number, string[][]> = { 1: [['b'], ['a', 'b'], ['a', 'b']], 2: [['b']] };
    const { accepted } = await startedIntake({
      host: cluster.host,
      accept: ({ envelope }) => answers[(envelope as { event: { n: number } }).event.n]?.shift() ?? [],
    });
    cluster.publish(...count(2).map((n) => ({ payload: event(n) })));
    await until(() => cluster.acknowledged.length === 2);
    expect(numbersOf(accepted).toSorted()).toEqual([1, 2]);
  });

  test('does not hold closing up', async () => {
    let answer = (): void => undefined;
    const asked = new Promise<void>((resolve) => (answer = resolve));
    let tries = 0;
    const { intake } = await startedIntake({
      host: cluster.host,
      accept: async () => {
        tries++;
        await asked;
        return ['slow'];
      },
    });
    cluster.publish({ payload: event(1) });
    await until(() => tries === 1);
    const closing = intake.close();
    answer();
    await closing;
    expect(cluster.acknowledged).toEqual([]);
  });
});

describe('a connection that ends', () => {
  test('is made again; what was not acknowledged comes again', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { accepted, reports } = await startedIntake({
      host: cluster.host,
      accept: ({ envelope }) => ((envelope as { event: { n: number } }).event.n === 2 ? held : undefined),
    });
    cluster.publish(...count(3).map((n) => ({ payload: event(n) })));
    await until(() => cluster.acknowledged.length === 2);
    cluster.disconnect();
    await until(() => cluster.consumers.length === 2);
    release();
    await until(() => cluster.acknowledged.length === 3);
    // The first 2 was handed in by the connection that is gone: Pulsar doesn't know of it.
    expect(numbersOf(accepted)).toEqual([1, 3, 2, 2]);
    expect(new Set(accepted.slice(2).map(({ fallbackId }) => fallbackId)).size).toBe(1);
    await until(() => reports.length === 2);
    expect(reports).toEqual(['PULSAR_DISCONNECTED', 'fine']);
  });

  test('lets go of what waits for the outbox, so that memory has no end', async () => {
    let full = true;
    const { accepted } = await startedIntake({
      host: cluster.host,
      accept: () => {
        if (full) throw new TransientError('no room', { retryAfterMs: 400 });
      },
    });
    cluster.publish(...count(5).map((n) => ({ payload: event(n) })));
    await until(() => cluster.mostUnacknowledged === 5);
    cluster.disconnect();
    await until(() => cluster.consumers.length === 2);
    full = false;
    await until(() => cluster.acknowledged.length === 5);
    expect(numbersOf(accepted).toSorted()).toEqual(count(5));
  });

  test('and is refused from then on is tried again, and told', async () => {
    const { reports } = await startedIntake({ host: cluster.host });
    cluster.refuse = () => ({ status: 503, body: 'not now' });
    cluster.disconnect();
    await until(() => reports.includes('PULSAR_UNAVAILABLE'));
    cluster.refuse = () => undefined;
    await until(() => reports.at(-1) === 'fine');
  });

  test('because something came that is no message is made again', async () => {
    const { accepted } = await startedIntake({ host: cluster.host });
    cluster.say('{"what":"ever"}');
    await until(() => cluster.consumers.length === 2);
    cluster.publish({ payload: event(1) });
    await until(() => accepted.length === 1);
  });
});

describe('closing', () => {
  test('waits for what is under way to be acknowledged, and begins nothing', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let handedIn = 0;
    const { intake, accepted } = await startedIntake({
      host: cluster.host,
      accept: () => {
        handedIn++;
        return held;
      },
    });
    cluster.publish({ payload: event(1), key: 'p1' }, { payload: event(2), key: 'p1' });
    await until(() => handedIn === 1);
    const closing = intake.close();
    release();
    await closing;
    await until(() => cluster.acknowledged.length === 1);
    expect(numbersOf(accepted)).toEqual([1]);
    cluster.publish({ payload: event(3) });
    await intake.close();
    expect(cluster.acknowledged).toEqual([1]);
  });

  test('does not wait for an outbox that is full', async () => {
    const { intake } = await startedIntake({
      host: cluster.host,
      accept: () => {
        throw new TransientError('no room', { retryAfterMs: 60_000 });
      },
    });
    cluster.publish({ payload: event(1) });
    await until(() => cluster.mostUnacknowledged === 1);
    await intake.close();
    expect(cluster.acknowledged).toEqual([]);
  });

  test('is safe without start', async () => {
    await createIntake({ host: cluster.host }).close();
  });
});

describe('a start', () => {
  test.each([
    [401, 'configuration', 'PULSAR_NOT_AUTHENTICATED'],
    [403, 'configuration', 'PULSAR_NOT_AUTHORIZED'],
    [404, 'configuration', 'PULSAR_NO_WEB_SOCKET_API'],
    [409, 'transient', 'PULSAR_CONFLICT'],
  ])('that is refused with %i fails', async (status, _retry, code) => {
    cluster.refuse = () => ({ status });
    await expect(startedIntake({ host: cluster.host })).rejects.toMatchObject({ code });
  });

  test('says which right is missing', async () => {
    cluster.refuse = () => ({ status: 403 });
    await expect(startedIntake({ host: cluster.host })).rejects.toThrow("'consume' for an intake");
  });
});

describe('a check', () => {
  const check = async (): Promise<CheckResult | undefined> => {
    const context = { signal: AbortSignal.timeout(10_000), logger: noopLogger, now: () => Date.now() };
    return createIntake({ host: cluster.host }).check?.(context);
  };

  test('opens the subscription, and acknowledges nothing', async () => {
    cluster.publish({ payload: event(1) });
    const { ok, message } = (await check()) ?? {};
    expect({ ok, message }).toEqual({
      ok: true,
      message: `persistent://public/default/events at ${cluster.host} gives messages.`,
    });
    expect(cluster.consumers[0]?.searchParams.get('receiverQueueSize')).toBe('1');
    expect(cluster.acknowledged).toEqual([]);
  });

  test('is fine with a subscription that a running host reads alone, not with a refusal', async () => {
    cluster.refuse = () => ({ status: 409 });
    expect(await check()).toMatchObject({ ok: true });
    cluster.refuse = () => ({ status: 403 });
    expect(await check()).toMatchObject({
      ok: false,
      steps: [{ name: 'reachable' }, { name: 'authenticated' }, { name: 'allowed', ok: false }],
    });
    cluster.refuse = () => ({ status: 404, body: '<title>Error 404 Namespace not found</title>' });
    expect((await check())?.steps?.slice(2)).toMatchObject([
      { name: 'allowed', ok: true, message: 'the role may consume from the topic' },
      { name: 'topic', ok: false },
    ]);
  });
});

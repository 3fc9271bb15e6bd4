import { endHostChildren, HostChild } from './support/host-child';
import { readSink } from './support/sink-files';
import { until } from './support/until';
import { persistent, WorkFolder } from './support/work-folder';

let folder: WorkFolder;

beforeEach(() => {
  folder = new WorkFolder();
});

afterEach(async () => {
  await endHostChildren();
  folder.remove();
});

test.each([
  ['single-sink', { concurrency: 3 }],
  ['batch-sink', { batch: { maxItems: 3, lingerMs: 0 } }],
] as const)(
  'fault 2: SIGKILL between send and ack (%s): sent again, same key, marked possiblyDelivered',
  async (name, shape) => {
    const notes = folder.file('notes');
    const configured = (init: object): string =>
      folder.configure([
        { id: 'sink', package: name, init: { file: notes, ...init }, delivery: { ...persistent, ...shape } },
      ]);
    const envelopes = Array.from({ length: 3 }, (_, n) => ({
      id: `e${n}`,
      event: { type: 'order', n },
      profile: { id: `p${n}` },
    }));
    const hanging = new HostChild({ config: configured({ hangs: true }) });
    await hanging.ready;
    await hanging.dispatch(envelopes);
    await until(() => readSink(notes).deliveries.length >= 3);
    await hanging.kill();
    const sent = readSink(notes).deliveries;
    expect(sent.map(({ possiblyDelivered, attempt }) => [possiblyDelivered, attempt])).toEqual(
      sent.map(() => [false, 1]),
    );

    const next = new HostChild({ config: configured({}) });
    await next.ready;
    await next.dispatch([{ id: 'fresh', event: { type: 'order' }, profile: { id: 'p9' } }]);
    await next.call('drain', { waitForRetries: true });
    await next.close();
    const again = readSink(notes).deliveries.slice(sent.length);
    const told = again.map(({ idempotencyKey, possiblyDelivered, attempt, json }) => {
      return { idempotencyKey, possiblyDelivered, attempt, event: (JSON.parse(json) as { event: object }).event };
    });
    expect(told.sort((left, right) => left.idempotencyKey.localeCompare(right.idempotencyKey))).toEqual([
      ...envelopes.map(({ id, event }) => {
        return { idempotencyKey: `${id}:sink`, possiblyDelivered: true, attempt: 2, event };
      }),
      { idempotencyKey: 'fresh:sink', possiblyDelivered: false, attempt: 1, event: { type: 'order' } },
    ]);
  },
  60_000,
);

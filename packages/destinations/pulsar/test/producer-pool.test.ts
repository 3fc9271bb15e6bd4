import { ProducerPool } from '../src/producer-pool';
import { parseTopic } from '../src/topic';
import type { PulsarProducer } from '../src/transport/pulsar-transport';
import { NEVER } from './support/contexts';
import { until } from './support/until';

/** A pool over producers that do nothing, and what is open of them. */
function create(max: number): { pool: ProducerPool; open: Set<string>; log: string[]; most: () => number } {
  const open = new Set<string>();
  const log: string[] = [];
  let most = 0;
  const pool = new ProducerPool({
    max,
    acquire: async ({ name }) => {
      log.push(`open ${name}`);
      await new Promise((resolve) => setImmediate(resolve));
      if (name.startsWith('bad')) throw new Error(`no ${name}`);
      open.add(name);
      most = Math.max(most, open.size);
      return {
        connection: { name } as unknown as PulsarProducer,
        release: async () => {
          await new Promise((resolve) => setImmediate(resolve));
          open.delete(name);
          log.push(`close ${name}`);
        },
      };
    },
  });
  return { pool, open, log, most: () => most };
}

const nothing = async (): Promise<void> => Promise.resolve();

/** Work that ends when it is told to. */
function held(): { work: () => Promise<void>; end: () => void; begun: () => boolean } {
  let end!: () => void;
  let begun = false;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return {
    work: async () => {
      begun = true;
      return ended;
    },
    end,
    begun: () => begun,
  };
}

it('opens a producer once, and keeps it', async () => {
  const { pool, log } = create(2);

  await Promise.all([pool.use(parseTopic('a'), NEVER, nothing), pool.use(parseTopic('a'), NEVER, nothing)]);
  await pool.use(parseTopic('a'), NEVER, nothing);

  expect(log).toEqual(['open a']);
});

it('closes the one that was not used for longest, before it opens another', async () => {
  const { pool, log } = create(2);
  for (const name of ['a', 'b', 'a', 'c']) await pool.use(parseTopic(name), NEVER, nothing);

  expect(log).toEqual(['open a', 'open b', 'close b', 'open c']);
});

it('never closes what is in use: who needs another topic waits', async () => {
  const { pool, log } = create(1);
  const first = held();
  const using = pool.use(parseTopic('a'), NEVER, first.work);
  const second = held();
  const waiting = pool.use(parseTopic('b'), NEVER, second.work);
  await until(first.begun);
  await new Promise((resolve) => setImmediate(resolve));
  expect(log).toEqual(['open a']);

  first.end();
  await using;
  await until(second.begun);
  second.end();
  await waiting;

  expect(log).toEqual(['open a', 'close a', 'open b']);
});

it('serves many more topics than may be open, over and over', async () => {
  const { pool, open, most } = create(5);
  const uses = Array.from({ length: 2_000 }, async (_, index) =>
    pool.use(parseTopic(`t${index % 97}`), NEVER, async (producer) =>
      Promise.resolve((producer as unknown as { name: string }).name),
    ),
  );

  expect(await Promise.all(uses)).toEqual(Array.from({ length: 2_000 }, (_, index) => `t${index % 97}`));
  expect(most()).toBe(5);
  expect(open.size).toBe(5);
});

it('a topic that can’t be opened takes no place, and is tried again by the next', async () => {
  const { pool, log } = create(1);

  const failures = await Promise.allSettled(
    ['bad', 'bad', 'a', 'bad2'].map(async (name) => pool.use(parseTopic(name), NEVER, nothing)),
  );
  await expect(pool.use(parseTopic('bad'), NEVER, nothing)).rejects.toThrow('no bad');

  expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'rejected']);
  expect(log.filter((line) => line === 'open bad').length).toBeGreaterThan(1);
});

it('who waits ends with its signal, and the room goes to the next', async () => {
  const { pool } = create(1);
  const first = held();
  const using = pool.use(parseTopic('a'), NEVER, first.work);
  const controller = new AbortController();
  const hurried = pool.use(parseTopic('b'), controller.signal, nothing);
  const patient = pool.use(parseTopic('c'), NEVER, nothing);

  controller.abort();
  await expect(hurried).rejects.toMatchObject({ code: 'PULSAR_DEADLINE', scope: 'destination' });
  first.end();

  await Promise.all([using, patient]);
});

it('closes all, and turns away who waits', async () => {
  const { pool, open } = create(1);
  const first = held();
  const using = pool.use(parseTopic('a'), NEVER, first.work);
  await until(first.begun);
  const waiting = expect(pool.use(parseTopic('b'), NEVER, nothing)).rejects.toMatchObject({ code: 'PULSAR_CLOSED' });

  await pool.close();
  await pool.close();

  await waiting;
  await expect(pool.use(parseTopic('a'), NEVER, nothing)).rejects.toMatchObject({ code: 'PULSAR_CLOSED' });
  expect(open.size).toBe(0);
  first.end();
  await using;
});

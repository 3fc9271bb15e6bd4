// Does one thing with an outbox in a process of its own, to be killed at it: `node outbox-child.cjs <task> <path> [<number>]`.
// It writes a line for whatever it has achieved.
const { SqliteOutbox } = require('../../../../dist/outbox/sqlite/sqlite-outbox.js');
const { accepted, copyFor, laneOf } = require('./outbox-child-samples.cjs');

const [task, path, number] = process.argv.slice(2);
const clock = { now: () => Date.now() };
const lane = laneOf('orders');
const say = (line) => process.stdout.write(`${line}\n`);

const tasks = {
  /** Appends without an end, as twenty callers; says the id of each envelope that was accepted. */
  async append(outbox) {
    let count = 0;
    const caller = async () => {
      for (;;) {
        const id = `${number}-${count++}`;
        await outbox.append(
          accepted(id),
          [lane, laneOf('archive')].map((of) => copyFor(of, { key: `key-${id}` })),
        );
        say(id);
      }
    };
    await Promise.all(Array.from({ length: 20 }, caller));
  },

  async hold() {
    say('open');
    setInterval(() => undefined, 1_000);
  },

  /** Starts the first so many deliveries, and settles the first of these for a retry. */
  async start(outbox) {
    const waiting = await outbox.read(lane, { after: 0, limit: Number(number), which: 'all' });
    outbox.started(waiting);
    say('started');
    setInterval(() => undefined, 1_000);
  },

  /** Starts the first so many deliveries, and ends on purpose; with code 7 where it says so before. */
  async abandon(outbox) {
    const waiting = await outbox.read(lane, { after: 0, limit: 2, which: 'all' });
    outbox.started(waiting.slice(0, 1));
    if (Number(number) === 7) outbox.ending();
    process.exit(7);
  },

  /** Starts two deliveries; one comes back as it was, the other one to be tried again. */
  async settle(outbox) {
    const [first, second, third] = await outbox.read(lane, { after: 0, limit: 3, which: 'all' });
    outbox.started([first, second, third]);
    const failure = { retry: 'transient', scope: 'item', code: 'BUSY', message: 'It is busy.' };
    const settle = (delivery, tries) => ({
      delivery: { ...delivery, tries },
      outcome: { status: 'retry', dueAt: 0, attempts: delivery.attempts, failure },
      settledAt: Date.now(),
    });
    await outbox.settle([settle(first, first.tries), settle(second, second.tries + 1)]);
    say('settled');
    setInterval(() => undefined, 1_000);
  },

  /** Asks for replays of all dead letters. */
  async replay(outbox) {
    const { replayed } = await outbox.replayDeadLetters({}, [lane]);
    say(replayed);
    setInterval(() => undefined, 1_000);
  },

  /** Ends the process while the thread is at work. */
  async exit(outbox) {
    const search = async () => {
      for (;;) await outbox.forget('nobody');
    };
    void search();
    setTimeout(() => process.exit(7), Number(number));
  },
};

const outbox = new SqliteOutbox({ path, clock, dedupeWindowMs: 86_400_000, ballastBytes: 0 });
outbox.open().then(
  () => tasks[task](outbox),
  ({ code, message }) => {
    say(`${code} ${message}`);
    process.exitCode = 1;
  },
);

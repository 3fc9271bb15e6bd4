// Makes the fixture of the version that is built: `node make-fixture.cjs <path>`.
// Once a version is released its fixture stays as it is.
const { rmSync } = require('node:fs');
const { SqliteOutbox } = require('../../../../dist/outbox/sqlite/sqlite-outbox.js');
const { accepted, copyFor, laneOf } = require('./outbox-child-samples.cjs');

const path = process.argv[2];
const at = 1_700_000_000_000;
const orders = laneOf('orders');
const failure = { retry: 'transient', scope: 'item', code: 'BUSY', message: 'It is busy.' };

async function make() {
  rmSync(path, { force: true });
  const outbox = new SqliteOutbox({
    path,
    clock: { now: () => at },
    dedupeWindowMs: 3_153_600_000_000,
    ballastBytes: 0,
  });
  await outbox.open();
  await outbox.append(accepted('waits'), [
    copyFor(orders, { key: 'ada', changes: ['traits.email'] }),
    copyFor(laneOf('archive')),
  ]);
  await outbox.append(accepted('is tried again'), [copyFor(orders)]);
  await outbox.append(accepted('failed'), [copyFor(orders, { kind: 'profile', key: 'ada' })]);
  await outbox.append(accepted('is replayed'), [copyFor(orders)]);
  const [, retried, failed, replayed] = await outbox.read(orders, { after: 0, limit: 9, which: 'all' });
  const settled = (delivery, outcome) => ({ delivery: { ...delivery, tries: 1 }, outcome, settledAt: at });
  await outbox.settle([
    settled(retried, { status: 'retry', attempts: 1, dueAt: at + 5_000, failure }),
    settled(replayed, { status: 'failed', failure }),
  ]);
  await outbox.replayDeadLetters({}, [orders]);
  await outbox.settle([{ ...settled(failed, { status: 'failed', failure }), pluginVersion: '1.2.3' }]);
  await outbox.close();
  rmSync(`${path}-inflight`, { force: true });
}

void make();

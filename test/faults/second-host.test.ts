import { endHostChildren, HostChild } from './support/host-child';
import { order } from './support/order';
import { arrivals } from './support/sink-files';
import { WorkFolder } from './support/work-folder';

let folder: WorkFolder;

beforeEach(() => {
  folder = new WorkFolder();
});

afterEach(async () => {
  await endHostChildren();
  folder.remove();
});

test('fault 6: two hosts on one outbox: the second refuses, whatever became of the one before', async () => {
  const notes = folder.file('notes');
  const config = folder.configure([{ id: 'sink', package: 'single-sink', init: { file: notes } }]);
  const first = new HostChild({ config });
  await first.ready;
  await first.dispatch([order('a')]);

  for (let attempt = 0; attempt < 2; attempt++) {
    await expect(new HostChild({ config }).ready).rejects.toMatchObject({
      code: 'OUTBOX_LOCKED',
      message: expect.stringContaining(folder.outbox),
    });
  }
  // The first goes on as if nothing had been.
  await first.dispatch([order('b')]);
  await first.call('drain');
  expect([...arrivals(notes).keys()]).toEqual(['a', 'b']);

  // A lock that outlived its holder would keep everybody out.
  await first.kill();
  const heir = new HostChild({ config });
  await heir.ready;
  await heir.dispatch([order('c')]);
  await heir.call('drain');
  await heir.close();
  const last = new HostChild({ config });
  await last.ready;
  await last.close();
  expect([...arrivals(notes).keys()]).toEqual(['a', 'b', 'c']);
}, 60_000);

test('fault 6: of hosts that start at the same moment, one gets the outbox', async () => {
  const config = folder.configure([{ id: 'sink', package: 'single-sink', init: { file: folder.file('notes') } }]);
  const contenders = Array.from({ length: 4 }, () => new HostChild({ config }));
  const outcomes = await Promise.allSettled(contenders.map(({ ready }) => ready));
  const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
  expect(refusals).toEqual(['OUTBOX_LOCKED', 'OUTBOX_LOCKED', 'OUTBOX_LOCKED']);
}, 60_000);

import { existsSync, readFileSync } from 'node:fs';
import { endHostChildren, HostChild } from './support/host-child';
import { readTrace, straceProblem, type SystemCall } from './support/strace';
import { WorkFolder } from './support/work-folder';

const problem = straceProblem();
const testWithStrace = problem === undefined ? test : test.skip;

let folder: WorkFolder;

beforeEach(() => {
  folder = new WorkFolder();
});

afterEach(async () => {
  await endHostChildren();
  folder.remove();
});

/** What keeps a dispatch from having been on disk when it resolved; undefined where nothing does. */
function missingStep(id: string, calls: readonly SystemCall[], markers: string): string | undefined {
  const marker = calls.find(({ path, text }) => path === markers && text.includes(`resolved ${id} `));
  if (marker === undefined) return `${id}: no marker`;
  const isOutbox = ({ path }: SystemCall): boolean => path.startsWith(folder.outbox);
  const writes = calls.filter((call) => isOutbox(call) && /^p?write/.test(call.name) && call.text.includes(`<${id}>`));
  if (writes.length === 0) return `${id}: it was never written`;
  const isSynced = writes.some((write) =>
    calls.some(
      ({ name, path, result, began, ended }) =>
        /^f(data)?sync$/.test(name) &&
        path === write.path &&
        result === 0 &&
        began > write.ended &&
        ended < marker.began,
    ),
  );
  return isSynced ? undefined : `${id}: resolved before what was written was synced`;
}

// SIGKILL leaves the page cache alone: only the order of system calls tells what a power cut would leave.
testWithStrace(
  `fault 1: power loss: each resolved dispatch follows a sync that follows its write${problem === undefined ? '' : ` (skipped: ${problem})`}`,
  async () => {
    const trace = folder.file('trace');
    const markers = folder.file('markers');
    const config = folder.configure([{ id: 'sink', package: 'single-sink', init: { file: folder.file('notes') } }]);
    const traced = 'trace=write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync';
    const prefix = ['strace', '-f', '-y', '-s', '1000000', '-e', traced, '-e', 'signal=none', '-o', trace];
    const child = new HostChild({ config, markers, prefix });
    await child.ready;
    const envelope = (n: number): { id: string; event: { type: string; mark: string } } => {
      return { id: `e${n}`, event: { type: 'order', mark: `<e${n}>` } };
    };
    // One after the other, so that each has a commit of its own; then in groups.
    for (let n = 0; n < 15; n++) await child.dispatch([envelope(n)]);
    for (let n = 100; n < 190; n += 30) {
      await child.dispatch(Array.from({ length: 30 }, (_, index) => envelope(n + index)));
    }
    await child.close();

    expect(existsSync(markers)).toBe(true);
    const ids = Array.from(readFileSync(markers, 'utf8').matchAll(/^resolved (\S+) $/gm), ([, id]) => id as string);
    expect(ids).toHaveLength(105);
    const calls = readTrace(readFileSync(trace, 'utf8'));
    expect(ids.map((id) => missingStep(id, calls, markers)).filter((step) => step !== undefined)).toEqual([]);
  },
  120_000,
);

// Ten minutes of mixed faults: what is held and what is open may not become more.
import { runChild, startService } from '../../support/child.mjs';
import { withFolder } from '../../support/work-folder.mjs';

const script = new URL('../children/soak.mjs', import.meta.url);
const receiver = new URL('../children/soak-receiver.mjs', import.meta.url);

const MINUTES = Number(process.env.DEST_BENCH_SOAK_MINUTES ?? 10);
/** Until everything was compiled and every kind of fault was there. */
const WARM_UP_MS = Math.min(60_000, MINUTES * 15_000);

export async function measureSoak(report) {
  const { first, stop } = await startService(receiver, {});
  try {
    const input = { url: first.url, warmUpMs: WARM_UP_MS, measureMs: MINUTES * 60_000 };
    const { heap, handles, ...done } = await withFolder((folder) =>
      runChild(script, { folder, ...input }, { execArgv: ['--expose-gc'] }),
    );
    console.error(`soak: ${JSON.stringify(done)}`);
    const ours = Math.max(heap.second / heap.first, handles.second / handles.first);
    report.add({ name: 'soak', unit: 'second/first half', least: 0.95, ours, peer: 1 });
    report.add({ name: 'soak-heap', unit: 'MB', ours: heap.second, peer: heap.first });
    report.add({ name: 'soak-handles', unit: 'open', ours: handles.second, peer: handles.first });
  } finally {
    await stop();
  }
}

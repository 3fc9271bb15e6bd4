// What a healthy lane notices of a lane that hangs and one that takes five seconds, each of which gets the same envelopes.
import { runChild } from '../../support/child.mjs';
import { inTurn } from '../../support/in-turn.mjs';
import { withFolder } from '../../support/work-folder.mjs';

const script = new URL('../children/our-latency.mjs', import.meta.url);

/** Envelopes come at a fixed rate, and the slow lane answers several times while it is measured. */
const LOAD = { perSecond: 400, warmUpMs: 5_000, measureMs: 12_000 };

const latency = (neighbours) =>
  withFolder(async (folder) => {
    const { p50, p99 } = await runChild(script, { folder, neighbours, ...LOAD });
    console.error(`neighbour: ${neighbours ? 'beside' : 'alone'} p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`);
    return p99;
  });

export async function measureNeighbour(report) {
  const measured = await inTurn(
    'neighbour',
    () => latency(true),
    () => latency(false),
  );
  report.add({ name: 'neighbour', unit: 'ms p99', least: 0.9, ...measured });
}

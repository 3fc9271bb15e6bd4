// Accepting alone: a hundred callers, every envelope synced to disk before its caller goes on, nothing delivered.
import { runChild } from '../../support/child.mjs';
import { inTurn } from '../../support/in-turn.mjs';
import { withFolder } from '../../support/work-folder.mjs';

const ours = new URL('../children/our-accept.mjs', import.meta.url);
const bare = new URL('../children/bare-accept.mjs', import.meta.url);

export async function measureDurableAccept(report) {
  let group;
  const measured = await inTurn(
    'durable-accept',
    () =>
      withFolder(async (folder) => {
        const result = await runChild(ours, { folder, callers: 100 });
        ({ group } = result);
        console.error(`durable-accept: commits of ${group}`);
        return result.perSecond;
      }),
    () => withFolder(async (folder) => (await runChild(bare, { folder, group })).perSecond),
  );
  report.add({ name: 'durable-accept', unit: 'envelopes/s', least: 0.7, more: true, ...measured });
}

// Accepting alone: a hundred callers, every envelope synced to disk before its caller goes on, nothing delivered.
import { runChild } from '../../support/child.mjs';
import { ratesInTurn } from '../../support/in-turn.mjs';
import { withFolder } from '../../support/work-folder.mjs';

const ours = new URL('../children/our-accept.mjs', import.meta.url);
const bare = new URL('../children/bare-accept.mjs', import.meta.url);

export async function measureDurableAccept(report) {
  let group;
  const measured = await ratesInTurn(
    'durable-accept',
    () =>
      withFolder(async (folder) => {
        const result = await runChild(ours, { folder, callers: 100 });
        ({ group } = result);
        return result;
      }),
    () => withFolder((folder) => runChild(bare, { folder, group })),
  );
  report.add({ name: 'durable-accept', unit: 'envelopes/s', least: 0.7, more: true, ...measured });
}

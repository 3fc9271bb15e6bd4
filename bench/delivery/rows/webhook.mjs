// One request per delivery to a local server, against an undici pool that sends the same.
import { runChild, startService } from '../../support/child.mjs';
import { ratesInTurn } from '../../support/in-turn.mjs';
import { withFolder } from '../../support/work-folder.mjs';

const ours = new URL('../children/our-webhook.mjs', import.meta.url);
const bare = new URL('../children/bare-webhook.mjs', import.meta.url);
const receiver = new URL('../children/webhook-receiver.mjs', import.meta.url);

const CONNECTIONS = 32;

export async function measureWebhook(report) {
  const { first, stop } = await startService(receiver, {});
  const { url } = first;
  try {
    const measured = await ratesInTurn(
      'webhook',
      () =>
        withFolder((folder) => runChild(ours, { folder, url, callers: 100, limit: 2_000, connections: CONNECTIONS })),
      () => runChild(bare, { url, connections: CONNECTIONS }),
    );
    report.add({ name: 'webhook', unit: 'requests/s', least: 0.8, more: true, ...measured });
  } finally {
    await stop();
  }
}

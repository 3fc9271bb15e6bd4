// Accepting, delivering and acknowledging at the same time, without a backlog that grows.
import { runChild } from '../../support/child.mjs';
import { ratesInTurn } from '../../support/in-turn.mjs';
import { withFolder } from '../../support/work-folder.mjs';

const ours = new URL('../children/our-flow.mjs', import.meta.url);
const bare = new URL('../children/bare-cycle.mjs', import.meta.url);

/** So many callers, and at most so many envelopes under way. */
export const SUSTAINED = { callers: 100, limit: 2_000, each: false };

/**
 * Deliveries per second, and how many callers a commit wakes.
 *
 * @param configuration - what else it has, such as another outbox
 * @param prepare - makes the folder ready
 */
export function ourFlow(destinations, { configuration = {}, prepare = () => undefined } = {}) {
  return withFolder((folder) => {
    prepare(folder);
    return runChild(ours, { folder, destinations, configuration, ...SUSTAINED });
  });
}

export async function measureSustained(report) {
  let group;
  const measured = await ratesInTurn(
    'sustained',
    async () => {
      const result = await ourFlow(1);
      ({ group } = result);
      return result;
    },
    () => withFolder((folder) => runChild(bare, { folder, group })),
  );
  report.add({ name: 'sustained', unit: 'deliveries/s', least: 0.4, more: true, ...measured });
}

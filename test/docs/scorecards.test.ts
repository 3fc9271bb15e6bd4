import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileDestination } from '@dest/file';
import { PulsarDestination } from '@dest/pulsar';
import { runConformance, type Scorecard } from '@dest/testkit';
import { WebhookDestination } from '@dest/webhook';
import { format, resolveConfig } from 'prettier';
import { conformance as fileKit } from '../../packages/destinations/file/conformance.cjs';
import { conformanceKit as pulsarKit } from '../../packages/destinations/pulsar/test/support/conformance-kit';
import { conformance as webhookKit } from '../../packages/destinations/webhook/conformance.cjs';
import { withScorecard } from './scorecard-section';

const folder = join(__dirname, '../../packages/destinations');

/** By the folder of the package. */
const plugins: Readonly<Record<string, () => Promise<Scorecard>>> = {
  file: () => runConformance(FileDestination, fileKit, OPTIONS),
  pulsar: () => runConformance(PulsarDestination, pulsarKit, OPTIONS),
  webhook: () => runConformance(WebhookDestination, webhookKit, OPTIONS),
};
const OPTIONS = { concurrency: 8 };

test('every plugin has a scorecard', () => {
  expect(Object.keys(plugins)).toEqual(readdirSync(folder).toSorted());
});

// With DEST_WRITE_SCORECARDS=1 (npm run scorecards) the pages are written, and then hold.
test.each(Object.keys(plugins))(
  'the README of %s has the scorecard of its plugin',
  async (name) => {
    const scorecard = await plugins[name]!();
    expect(scorecard.results.filter(({ status }) => status === 'failed')).toEqual([]);
    const file = join(folder, name, 'README.md');
    const page = readFileSync(file, 'utf8');
    const current = await format(withScorecard(page, scorecard), { ...(await resolveConfig(file)), filepath: file });
    if (process.env.DEST_WRITE_SCORECARDS === '1') writeFileSync(file, current);
    // Where it differs: npm run scorecards.
    expect(readFileSync(file, 'utf8')).toBe(current);
  },
  120_000,
);

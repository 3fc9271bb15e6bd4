import { MADE_UP_TOKEN } from '../../builders/made-up-tokens';
import { expectEqual } from '../../expectations';
import { casesOf } from '../cases-of';
import type { DestinationCase } from '../destination-case';
import type { DestinationTrial } from '../destination-trial';
import { findTraces } from '../secret-traces';
import type { Site } from '../site';

const { tried } = casesOf('credentials');

/** Test and production, each with an other side of its own. */
export const credentialCases: readonly DestinationCase[] = [
  tried(
    'a production instance delivers with the production credentials, and touches nothing else',
    (trial) => expectSide(trial, false),
    { needs: ['credentials'] },
  ),
  tried(
    'a test instance delivers with the test credentials, and touches nothing else',
    (trial) => expectSide(trial, true),
    { needs: ['credentials'] },
  ),
  tried(
    'test and production side by side share nothing',
    async (trial) => {
      const testSite = await trial.startSite();
      const [production, test] = [await trial.open({ testSite }), await trial.open({ testSite, debug: true })];
      const [real, tried] = [trial.deliveries.content(), trial.deliveries.content()];
      await trial.deliver(production, { content: real });
      await trial.deliver(test, { content: tried });
      await trial.expectArrivals([real]);
      await trial.expectArrivals([tried], { site: testSite });
      expectUntold(trial, trial.site, testSite);
      expectUntold(trial, testSite, trial.site);
    },
    { needs: ['credentials'] },
  ),
  tried(
    'credentials that changed are used by the next instance, also while the last is still there',
    async (trial) => {
      const later = await trial.startSite();
      const [before, after] = [trial.deliveries.content(), trial.deliveries.content()];
      await trial.deliver(await trial.open(), { content: before });
      await trial.deliver(await trial.open({ site: later }), { content: after });
      await trial.expectArrivals([before]);
      await trial.expectArrivals([after], { site: later });
      expectUntold(trial, later, trial.site);
    },
    { needs: ['credentials'] },
  ),
];

async function expectSide(trial: DestinationTrial, debug: boolean): Promise<void> {
  const testSite = await trial.startSite();
  const [used, unused] = debug ? [testSite, trial.site] : [trial.site, testSite];
  const content = trial.deliveries.content();
  await trial.deliver(await trial.open({ debug, testSite }), { content });
  await trial.expectArrivals([content], { site: used });
  expectEqual((await unused.received()).length, 0, `how many deliveries arrived at the side of debug ${!debug}`);
  if (unused.server.port !== undefined) {
    expectEqual(unused.proxy.accepted, 0, `how many connections were made to the side of debug ${!debug}`);
  }
  expectUntold(trial, used, unused);
}

/** That a site never heard of what gets in at another. */
function expectUntold(trial: DestinationTrial, site: Site, other: Site): void {
  const own = new Set(site.secrets(trial.registered));
  const foreign = other.secrets(trial.registered).filter((secret) => !own.has(secret));
  expectEqual(
    findTraces(site.heard, foreign).length,
    0,
    'how often the credentials of one side were told to the other',
  );
  const { given } = trial.host.oauth2;
  const isForeign = (token: string): boolean => {
    const client = given.get(token);
    return client === undefined || findTraces(JSON.stringify(client.settings), [other.place.secret]).length > 0;
  };
  const tokens = site.heard.match(MADE_UP_TOKEN) ?? [];
  expectEqual(tokens.filter(isForeign).length, 0, 'how often a token was told that is for another side');
}

// Fills an outbox by way of a host whose destination can't be reached, so that all of it waits.
import { answer } from '../../support/child.mjs';
import { makeEnvelope } from '../../support/envelopes.mjs';
import { batchingDestination, ConfigurationError, startOurHost, waitingIn } from '../our-host.mjs';

const CALLERS = 500;

await answer(async ({ folder, waiting }) => {
  const refused = batchingDestination('noop', async () => {
    throw new ConfigurationError('not yet', { code: 'NOT_YET' });
  });
  const { host } = await startOurHost(folder, [refused], {
    destinations: [{ id: 'noop', package: 'noop', delivery: { maxBytes: '16GiB' } }],
  });
  let next = 0;
  const call = async () => {
    while (next < waiting) await host.dispatch(makeEnvelope(next++));
  };
  await Promise.all(Array.from({ length: CALLERS }, call));
  const found = await waitingIn(host);
  await host.close();
  return { waiting: found };
});

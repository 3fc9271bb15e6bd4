// Callers in a loop of `await host.dispatch(envelope)`; the destination never takes anything away.
import { answer } from '../../support/child.mjs';
import { makeEnvelope } from '../../support/envelopes.mjs';
import { Flow, measureFlow } from '../../support/flow.mjs';
import { Groups } from '../groups.mjs';
import { batchingDestination, startOurHost, waitingIn } from '../our-host.mjs';

await answer(async ({ folder, callers }) => {
  const waits = batchingDestination('waits', () => new Promise(() => undefined));
  const { host } = await startOurHost(folder, [waits], {
    destinations: [{ id: 'waits', package: 'waits', delivery: { timeoutMs: 600_000, maxBytes: '16GiB' } }],
  });
  const flow = new Flow({ limit: Infinity });
  const groups = new Groups();
  const running = flow.run(callers, 1, async (number) => {
    const { deliveries } = await host.dispatch(makeEnvelope(number));
    if (deliveries.length !== 1) throw new Error('an envelope was not accepted');
    groups.woke();
  });
  const { acceptedPerSecond, cpuMicroseconds } = await measureFlow(flow, running);
  flow.stop();
  await running;
  const waiting = await waitingIn(host);
  if (waiting !== flow.accepted) throw new Error(`accepted ${flow.accepted}, and ${waiting} wait`);
  return { perSecond: acceptedPerSecond, cpuMicroseconds, group: groups.size };
});

// Envelopes go in and their deliveries come out at the same time; callers hold back while too many are in between.
import { answer } from '../../support/child.mjs';
import { makeEnvelope, makeScatteredEnvelope } from '../../support/envelopes.mjs';
import { Flow, measureFlow } from '../../support/flow.mjs';
import { Groups } from '../groups.mjs';
import { batchingDestination, startOurHost, waitingIn } from '../our-host.mjs';

const DELIVERED = { ok: true };

/** Takes a batch as it is. */
const takeAll = (flow) => async (items) => {
  flow.arrived(items.length);
  return items.map(() => DELIVERED);
};

/** Hands each item to a handler of its own, as job queues do, and waits for all of them. */
const handleEach = (flow) => {
  const handle = async () => flow.arrived(1);
  return async (items) => {
    await Promise.all(items.map((item) => handle(item)));
    return items.map(() => DELIVERED);
  };
};

await answer(async ({ folder, callers, limit, destinations, each, configuration = {} }) => {
  const flow = new Flow({ limit: limit * destinations, perInput: destinations });
  const noop = batchingDestination('noop', (each ? handleEach : takeAll)(flow));
  const { host } = await startOurHost(folder, [noop], {
    ...configuration,
    destinations: Array.from({ length: destinations }, (_, index) => ({ id: `noop-${index}`, package: 'noop' })),
  });
  const groups = new Groups();
  const make = each ? makeScatteredEnvelope : makeEnvelope;
  const running = flow.run(callers, 1, async (number) => {
    const { deliveries } = await host.dispatch(make(number));
    if (deliveries.length !== destinations) throw new Error('an envelope was not accepted');
    groups.woke();
  });
  const measured = await measureFlow(flow, running);
  const waiting = await waitingIn(host);
  flow.stop();
  await running;
  checkBacklog({ ...measured, flow, waiting, destinations, most: (limit + callers) * destinations });
  await host.drain();
  if (flow.delivered !== flow.accepted * destinations) {
    throw new Error(`accepted ${flow.accepted * destinations}, and ${flow.delivered} were delivered`);
  }
  await host.close();
  return {
    perSecond: measured.deliveredPerSecond,
    cpuMicroseconds: measured.cpuMicroseconds,
    group: groups.size,
    waiting,
  };
});

/** What goes in comes out: nothing piles up, in the flow or in the outbox. */
function checkBacklog({ acceptedPerSecond, deliveredPerSecond, seconds, flow, waiting, destinations, most }) {
  // Called, and not noted as delivered yet: at most what four calls of 500 hold, for each destination.
  const unsettled = 2_000 * destinations;
  if (flow.mostUnderWay > most || waiting > most + unsettled) {
    throw new Error(`a backlog grew: ${flow.mostUnderWay} under way, ${waiting} waiting, at most ${most} expected`);
  }
  const difference = Math.abs(acceptedPerSecond * destinations - deliveredPerSecond) * seconds;
  if (difference > most) throw new Error(`${difference} more were accepted than delivered, or the other way round`);
}

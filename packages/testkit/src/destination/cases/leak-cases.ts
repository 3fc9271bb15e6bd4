import { expectEqual } from '../../expectations';
import { casesOf } from '../cases-of';
import type { DestinationCase, Subject } from '../destination-case';
import { DestinationTrial } from '../destination-trial';
import { leftBehind, processResources, type ResourceKind } from '../process-resources';

const { plain } = casesOf('lifecycle');

/** How long things may take to go that were let go of. */
const LEAVING_MS = 1_000;

/** So many are tried, until nothing was left in some of them in a row: in one alone, something else that ended may hide it. */
const ROUNDS = 4;
const CLEAN_ROUNDS = 2;

/** What an instance leaves behind. */
export const leakCases: readonly DestinationCase[] = [
  plain('no timer is left when it is closed', (subject) => expectNothingLeft(subject, ['timers'], useOnce), {
    alone: true,
  }),
  plain('no file is left open when it is closed', (subject) => expectNothingLeft(subject, ['files'], useOnce), {
    alone: true,
  }),
  plain('no connection is left when it is closed', (subject) => expectNothingLeft(subject, ['connections'], useOnce), {
    alone: true,
  }),
  plain(
    'nothing is left when it failed to open and is closed',
    (subject) => expectNothingLeft(subject, ['timers', 'connections'], failToOpen),
    { needs: ['network'], alone: true },
  ),
  plain(
    'nothing is left when a delivery missed its deadline and it is closed',
    (subject) => expectNothingLeft(subject, ['timers', 'connections'], missDeadline),
    { needs: ['network'], alone: true },
  ),
];

type Use = (trial: DestinationTrial) => Promise<void>;

async function useOnce(trial: DestinationTrial): Promise<void> {
  const instance = await trial.open();
  await trial.deliver(instance);
  await trial.close(instance);
}

async function failToOpen(trial: DestinationTrial): Promise<void> {
  await trial.site.proxy.fail('refuse');
  const instance = trial.create();
  const failure = await trial.outcomeOf(trial.openUp(instance, trial.deadlineMs));
  if (failure === undefined) await trial.outcomeOf(trial.deliver(instance, {}, trial.deadlineMs));
  await trial.close(instance);
  await trial.site.mend();
}

async function missDeadline(trial: DestinationTrial): Promise<void> {
  const instance = await trial.open();
  await trial.deliver(instance);
  await trial.site.proxy.fail('hang');
  await trial.outcomeOf(trial.deliver(instance, {}, trial.deadlineMs));
  await trial.close(instance);
  await trial.site.mend();
}

/**
 * Compares with what the process held before. What was loaded or made for the first time stays, so it is used once before;
 * what the host keeps is ended, and connections are looked for before the other side ends them. What others in the process
 * began meanwhile is not there each time.
 */
async function expectNothingLeft(subject: Subject, kinds: readonly ResourceKind[], use: Use): Promise<void> {
  await around(subject, use, async () => undefined);
  let found: readonly string[] = [];
  let clean = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const left = await leftOnce(subject, kinds, use);
    clean = left.length === 0 ? clean + 1 : 0;
    if (clean === CLEAN_ROUNDS) return;
    if (left.length > 0) found = left;
  }
  expectEqual(found, [], `the list of ${kinds.join(' and ')} that are left`);
}

async function leftOnce(subject: Subject, kinds: readonly ResourceKind[], use: Use): Promise<readonly string[]> {
  const before = processResources();
  await around(subject, use, async (trial) => {
    await trial.host.close();
    if (trial.site.server.port !== undefined && kinds.includes('connections')) await expectNoConnections(trial);
  });
  const patienceMs = Math.min(LEAVING_MS, subject.kit.patienceMs ?? LEAVING_MS);
  const left: string[] = [];
  for (const kind of kinds) left.push(...(await leftBehind(before, kind, patienceMs)));
  return left;
}

async function around(subject: Subject, use: Use, after: Use): Promise<void> {
  const trial = await DestinationTrial.start(subject);
  try {
    await use(trial);
    await after(trial);
  } finally {
    await trial.end();
  }
}

async function expectNoConnections(trial: DestinationTrial): Promise<void> {
  const { proxy } = trial.site;
  const until = performance.now() + Math.min(LEAVING_MS, trial.patienceMs);
  while (proxy.connections > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
  expectEqual(proxy.connections, 0, 'how many connections to the other side are left');
}

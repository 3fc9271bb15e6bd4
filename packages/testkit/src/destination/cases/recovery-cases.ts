import { expectThat } from '../../expectations';
import { casesOf } from '../cases-of';
import type { DestinationCase } from '../destination-case';
import type { DestinationTrial } from '../destination-trial';
import type { Arrival } from '../other-side';

const { tried } = casesOf('recovery');

/** The same instance goes on when the other side is back: a host makes no new one for that. */
export const recoveryCases: readonly DestinationCase[] = [
  tried(
    'it delivers again when the other side, which was gone, is back',
    async (trial) => {
      const instance = await usedInstance(trial);
      await trial.site.proxy.fail('refuse');
      await trial.outcomeOf(trial.deliver(instance, {}, trial.deadlineMs));
      await trial.site.mend();
      await expectWorking(trial, instance, 'the other side is back');
    },
    { needs: ['network'] },
  ),
  tried(
    'it delivers again after its connections were cut while it had nothing to do',
    async (trial) => {
      const instance = await usedInstance(trial);
      trial.site.proxy.cut();
      await expectWorking(trial, instance, 'connections can be made again');
    },
    { needs: ['network'] },
  ),
  tried(
    'it delivers again after a delivery that missed its deadline',
    async (trial) => {
      const instance = await usedInstance(trial);
      await trial.site.proxy.fail('hang');
      await trial.outcomeOf(trial.deliver(instance, {}, trial.deadlineMs));
      await trial.site.mend();
      await expectWorking(trial, instance, 'the other side answers again');
    },
    { needs: ['network'] },
  ),
  tried(
    'several at once are delivered when the other side is back',
    async (trial) => {
      const instance = await usedInstance(trial);
      await trial.site.proxy.fail('reset');
      const failing = [1, 2, 3].map(() => trial.outcomeOf(trial.deliver(instance, {}, trial.deadlineMs)));
      await Promise.all(failing);
      await trial.site.mend();
      await Promise.all([1, 2, 3].map(() => expectWorking(trial, instance, 'the other side is back')));
    },
    { needs: ['network', 'answers'] },
  ),
  tried(
    'it delivers again when its credentials are taken again',
    async (trial) => {
      const instance = trial.create();
      if ((await trial.outcomeOf(trial.openUp(instance))) !== undefined) return;
      trial.site.fault('refuseCredentials')();
      await trial.outcomeOf(trial.deliver(instance, {}, trial.deadlineMs));
      await trial.site.mend();
      await expectWorking(trial, instance, 'the credentials are taken again');
    },
    { needs: ['refusedCredentials'] },
  ),
];

type Instance = Awaited<ReturnType<DestinationTrial['open']>>;

/** A pause between two tries, as a host makes one. */
const PAUSE_MS = 20;

async function usedInstance(trial: DestinationTrial): Promise<Instance> {
  const instance = await trial.open();
  await trial.deliver(instance);
  return instance;
}

/** That one delivery arrives, tried again as a host does, until patience ends. */
async function expectWorking(trial: DestinationTrial, instance: Instance, when: string): Promise<void> {
  const until = performance.now() + trial.patienceMs;
  const delivery = { id: trial.deliveries.content().text, content: trial.deliveries.content() };
  let failure = await trial.outcomeOf(trial.deliver(instance, delivery, trial.patienceMs));
  while (failure !== undefined && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    failure = await trial.outcomeOf(trial.deliver(instance, { ...delivery, attempt: 2 }, trial.patienceMs));
  }
  expectThat(
    failure === undefined,
    `the same instance delivers when ${when}; it says: ${failure?.code} ${failure?.message}`,
  );
  const expected = JSON.stringify(trial.deliveries.data(delivery.content));
  const isThere = (received: readonly Arrival[]): boolean =>
    received.some(({ data }) => JSON.stringify(data) === expected);
  const arrived = isThere(await trial.site.receivedWhen(isThere, trial.patienceMs));
  expectThat(arrived, `what is delivered when ${when} arrives`);
}

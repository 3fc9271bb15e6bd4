import { expectEqual, expectThat } from '../../expectations';
import { casesOf } from '../cases-of';
import type { DestinationCase } from '../destination-case';
import { type DestinationTrial } from '../destination-trial';
import { within } from '../within';

const { tried } = casesOf('lifecycle');

/** From new to closed. */
export const lifecycleCases: readonly DestinationCase[] = [
  tried('it can be closed without having been opened', async (trial) => {
    await expectClosing(trial, trial.create(), 'close() of an instance that was never opened');
  }),
  tried('it can be closed twice', async (trial) => {
    const instance = await trial.open();
    await trial.deliver(instance);
    await trial.close(instance);
    await expectClosing(trial, instance, 'close() of an instance that is closed');
  }),
  tried(
    'closing it during a delivery ends both',
    async (trial) => {
      const instance = await trial.open();
      await trial.deliver(instance);
      await trial.site.proxy.fail('hang');
      const delivering = trial
        .outcomeOf(trial.deliver(instance, {}, trial.deadlineMs))
        .catch((error: unknown) => error);
      const closing = Promise.resolve(instance.close?.());
      const limitMs = trial.deadlineMs + trial.patienceMs;
      await within(
        closing.catch(() => undefined),
        limitMs,
        'close(), while a delivery is under way that is never answered,',
      );
      const outcome = await within(delivering, limitMs, 'a delivery that close() was called during');
      expectThat(outcome !== undefined, 'a delivery that close() was called during, and that was not answered, fails');
      if (outcome instanceof Error) throw outcome;
    },
    { needs: ['network', 'answers'] },
  ),
  tried(
    'it can be closed after it failed to open',
    async (trial) => {
      await trial.site.proxy.fail('refuse');
      const instance = trial.create();
      await trial.outcomeOf(trial.openUp(instance, trial.deadlineMs));
      await expectClosing(trial, instance, 'close() of an instance that could not be opened');
    },
    { needs: ['network'] },
  ),
  tried('a new instance works where another was closed', async (trial) => {
    await trial.close(await trial.open());
    const [first, second] = [trial.deliveries.content(), trial.deliveries.content()];
    const instance = await trial.open();
    await trial.deliver(instance, { content: first });
    await trial.close(instance);
    await trial.deliver(await trial.open(), { content: second });
    await trial.expectArrivals([first, second]);
  }),
  tried('closing one instance leaves another one alone', async (trial) => {
    const [one, other] = [await trial.open(), await trial.open()];
    const contents = [trial.deliveries.content(), trial.deliveries.content(), trial.deliveries.content()] as const;
    await trial.deliver(one, { content: contents[0] });
    await trial.deliver(other, { content: contents[1] });
    await trial.close(one);
    await trial.deliver(other, { content: contents[2] });
    await trial.expectArrivals(contents);
  }),
  tried(
    'its check says that the other side is there, and delivers nothing',
    async (trial) => {
      const instance = await trial.open();
      const result = await trial.call('check()', (context) => instance.check!(context));
      expectThat(result?.ok === true, `check() finds the other side; it resolves to ${JSON.stringify(result)}`);
      expectEqual((await trial.site.received()).length, 0, 'how many deliveries arrived by check()');
    },
    { needs: ['check'] },
  ),
  tried(
    'its check says so, and what is wrong, where nobody is there',
    async (trial) => {
      const instance = await trial.open();
      await trial.site.proxy.fail('refuse');
      await expectBadCheck(trial, instance, 'nobody is there');
    },
    { needs: ['check', 'network'] },
  ),
  tried(
    'its check says so, and what is wrong, where the credentials are refused',
    async (trial) => {
      const instance = await trial.open();
      trial.site.fault('refuseCredentials')();
      await expectBadCheck(trial, instance, 'the credentials are refused');
    },
    { needs: ['check', 'refusedCredentials'] },
  ),
  tried(
    'forgetting a person who is not there does no harm, also twice',
    async (trial) => {
      const instance = await trial.open();
      for (const time of ['first', 'second']) {
        const failure = await trial.outcomeOf(trial.forget(instance));
        expectThat(
          failure === undefined,
          `the ${time} forgetProfile() of a person who is not there resolves; it says: ${failure?.message}`,
        );
      }
    },
    { needs: ['forget'] },
  ),
  tried(
    'forgetting a person fails where nobody is there',
    async (trial) => {
      const instance = await trial.open();
      await trial.site.proxy.fail('refuse');
      const failure = await trial.outcomeOf(trial.forget(instance, trial.deadlineMs));
      expectThat(failure !== undefined, 'forgetProfile() fails where connections are refused');
    },
    { needs: ['forget', 'network'] },
  ),
];

type Instance = Awaited<ReturnType<DestinationTrial['open']>>;

async function expectClosing(trial: DestinationTrial, instance: Instance, what: string): Promise<void> {
  const failure = await trial.outcomeOf(trial.close(instance));
  expectThat(failure === undefined, `${what} resolves; it says: ${failure?.message}`);
}

/** That `check` throws, or resolves to what is not ok; with words either way. */
async function expectBadCheck(trial: DestinationTrial, instance: Instance, where: string): Promise<void> {
  let said: string | undefined;
  const failure = await trial.outcomeOf(
    trial.call(
      'check()',
      async (context) => {
        const { ok, message, steps = [] } = await instance.check!(context);
        expectThat(!ok, `check() is not ok where ${where}`);
        said = [message, ...steps.filter((step) => !step.ok).map((step) => step.message)].join('');
      },
      trial.deadlineMs,
    ),
  );
  expectThat((said ?? failure?.message ?? '') !== '', `check() says what is wrong where ${where}`);
}

import { expectFailure } from '../expect-failure';
import { casesOf } from '../cases-of';
import type { DestinationCase } from '../destination-case';

const { tried } = casesOf('deadline');

/** Signals that are aborted. How long a call may take after that is the kit's `patienceMs`. */
export const deadlineCases: readonly DestinationCase[] = [
  tried(
    'a delivery ends when its deadline has passed',
    async (trial) => {
      const instance = await trial.open();
      await trial.deliver(instance);
      await trial.site.proxy.fail('hang');
      const failure = await trial.failureOf(trial.deliver(instance, {}, trial.deadlineMs));
      expectFailure(failure, { retry: 'transient' }, 'nothing comes until the deadline');
    },
    { needs: ['network', 'answers'] },
  ),
  tried(
    'opening ends when its deadline has passed',
    async (trial) => {
      await trial.site.proxy.fail('hang');
      const failure = await trial.outcomeOf(trial.openUp(trial.create(), trial.deadlineMs));
      // One that connects with its first delivery has nothing to wait for.
      if (failure !== undefined) expectFailure(failure, { retry: 'transient' }, 'nothing comes until the deadline');
    },
    { needs: ['network'] },
  ),
  tried(
    'a check ends when its deadline has passed',
    async (trial) => {
      const instance = await trial.open();
      await trial.site.proxy.fail('hang');
      await trial.outcomeOf(trial.call('check()', (context) => instance.check!(context), trial.deadlineMs));
    },
    { needs: ['network', 'check'] },
  ),
  tried(
    'a delivery whose signal is aborted already ends at once',
    async (trial) => {
      const instance = await trial.open();
      await trial.deliver(instance);
      await trial.site.proxy.fail('hang');
      const signal = AbortSignal.abort(new Error('The deadline has passed.'));
      const failure = await trial.failureOf(trial.deliver(instance, {}, 0, { signal }));
      expectFailure(failure, { retry: 'transient' }, 'the signal is aborted already');
    },
    { needs: ['network', 'answers'] },
  ),
];

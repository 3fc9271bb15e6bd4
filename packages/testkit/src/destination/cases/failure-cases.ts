import { expectEqual, expectThat } from '../../expectations';
import { casesOf } from '../cases-of';
import type { DestinationCase } from '../destination-case';
import { expectFailure } from '../expect-failure';

const { tried } = casesOf('failures');

const DOWN = { retry: 'transient', scope: 'destination' } as const;
const RETRY_AFTER_MS = 7_000;
const BAD = 'a-bad-one';

/** What errors are for what fails. */
export const failureCases: readonly DestinationCase[] = [
  tried(
    "a refused connection is transient, and the destination's",
    async (trial) => {
      await trial.site.proxy.fail('refuse');
      expectFailure(await trial.failureOfTrying(trial.create(), {}, trial.deadlineMs), DOWN, 'connections are refused');
    },
    { needs: ['network'] },
  ),
  tried(
    "a connection that is reset during a delivery is transient, and the destination's",
    async (trial) => {
      const instance = await trial.open();
      await trial.deliver(instance);
      await trial.site.proxy.fail('reset');
      const failure = await trial.failureOf(trial.deliver(instance, {}, trial.deadlineMs));
      expectFailure(failure, DOWN, 'connections are reset');
    },
    { needs: ['network', 'answers'] },
  ),
  tried(
    'an answer that never comes is transient',
    async (trial) => {
      const instance = await trial.open();
      await trial.deliver(instance);
      await trial.site.proxy.fail('lose-answers');
      const failure = await trial.failureOf(trial.deliver(instance, {}, trial.deadlineMs));
      expectFailure(failure, { retry: 'transient' }, 'requests arrive and answers are lost');
    },
    { needs: ['network', 'answers'] },
  ),
  tried(
    'a slow connection delivers all the same',
    async (trial) => {
      await trial.site.proxy.fail('slow');
      const content = { ...trial.deliveries.content(), more: 'x'.repeat(2_000) };
      await trial.deliver(await trial.open(), { content });
      await trial.expectArrivals([content]);
    },
    { needs: ['network'] },
  ),
  tried(
    "an other side that can serve nobody is transient, and the destination's",
    async (trial) => {
      const instance = await trial.open();
      trial.site.fault('beUnavailable')();
      const failure = await trial.failureOf(trial.deliver(instance, {}, trial.deadlineMs));
      expectFailure(failure, DOWN, 'the other side can serve nobody');
    },
    { needs: ['outages'] },
  ),
  tried(
    "a rate limit is transient, and the destination's",
    async (trial) => {
      const instance = await trial.open();
      trial.site.fault('limitRate')(RETRY_AFTER_MS);
      const failure = await trial.failureOf(trial.deliver(instance, {}, trial.deadlineMs));
      expectFailure(failure, DOWN, 'there are too many requests');
    },
    { needs: ['rateLimits'] },
  ),
  tried(
    'a rate limit hands on how long to wait',
    async (trial) => {
      const instance = await trial.open();
      trial.site.fault('limitRate')(RETRY_AFTER_MS);
      const { retryAfterMs } = await trial.failureOf(trial.deliver(instance, {}, trial.deadlineMs));
      expectEqual(retryAfterMs, RETRY_AFTER_MS, 'retryAfterMs of the error');
    },
    { needs: ['rateLimits'] },
  ),
  tried(
    'credentials that are wrong are a matter of configuration',
    async (trial) => {
      trial.site.fault('refuseCredentials')();
      const failure = await trial.failureOfTrying(trial.create());
      expectFailure(failure, { retry: 'configuration', scope: 'destination' }, 'the credentials are refused');
    },
    { needs: ['refusedCredentials'] },
  ),
  tried(
    "one bad item is permanent, and the item's",
    async (trial) => {
      const instance = await trial.open();
      trial.site.fault('refuseItems')(BAD);
      const failure = await trial.failureOf(trial.deliver(instance, { content: { text: BAD } }));
      expectFailure(failure, { retry: 'permanent', scope: 'item' }, 'the other side refuses the item for good');
    },
    { needs: ['refusedItems'] },
  ),
  tried(
    'a profile that nobody takes fails as an event does',
    async (trial) => {
      const instance = await trial.open();
      const profile = { kind: 'profile' } as const;
      await trial.deliver(instance, profile);
      await trial.site.proxy.fail('hang');
      const late = await trial.failureOf(trial.deliver(instance, profile, trial.deadlineMs));
      expectFailure(late, { retry: 'transient' }, 'nothing comes until the deadline of a profile');
      await trial.site.proxy.fail('refuse');
      const failure = await trial.failureOf(trial.deliver(instance, profile, trial.deadlineMs));
      expectFailure(failure, DOWN, 'connections are refused, and a profile is delivered');
    },
    { needs: ['network', 'answers', 'events', 'profiles'] },
  ),
  tried(
    'a failure has a code of its own, and words',
    async (trial) => {
      await trial.site.proxy.fail('refuse');
      const { code, message } = await trial.failureOfTrying(trial.create(), {}, trial.deadlineMs);
      const isOwn = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/.test(code);
      expectThat(isOwn, `a failure has a code in UPPER_SNAKE_CASE with the package's name in front; it is ${code}`);
      expectThat(message.includes(' '), `a failure says what was found, and what to do; it says "${message}"`);
    },
    { needs: ['network'] },
  ),
];

import { failureOf, PermanentError, type Clock, type DestinationInterface, type Logger, type Outbox } from '@dest/core';
import type { DestinationForgetting, ForgetReport } from './control/host-control';
import { redactFailure } from './delivery/destination-caller';
import type { LaneEntry, LaneSet } from './delivery/lane-set';
import { withSideInstance } from './delivery/side-instance';

export interface ForgetPersonOptions {
  readonly lanes: LaneSet;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Makes sure that somebody is meant: a variable that is not set must not pass for a person who was forgotten.
 *
 * @throws PermanentError `PROFILE_ID_MISSING`
 */
export function checkProfileId(profileId: string): void {
  if (typeof profileId === 'string' && profileId.trim() !== '') return;
  throw new PermanentError('The id of the person to forget is empty. Name a profile by its id.', {
    code: 'PROFILE_ID_MISSING',
  });
}

/**
 * Erases a person: here, and at every destination that has a way to.
 *
 * @throws PermanentError `PROFILE_ID_MISSING`
 */
export async function forgetPerson(
  profileId: string,
  { lanes, outbox, clock, logger }: ForgetPersonOptions,
): Promise<ForgetReport> {
  checkProfileId(profileId);
  const { deliveries, ...removed } = await outbox.forget(profileId);
  const ids = new Set(deliveries.map(({ id }) => id));
  const entries = [...lanes.entries];
  for (const { lane } of entries) lane.drop(ids);
  // What is under way can't be called back: it must not arrive after the other side has erased the person.
  await lanes.callsEnd();
  const destinations = await Promise.all(
    entries.map((entry) => forgetAtDestination(entry, profileId, { clock, logger })),
  );
  return { profile: profileId, ...removed, deliveries: deliveries.length, destinations };
}

/**
 * Has a destination erase a person at the other side, by an instance of its own. Never rejects: what goes wrong is the
 * result.
 */
async function forgetAtDestination(
  { configured, application, lane }: LaneEntry,
  profileId: string,
  { clock, logger }: Pick<ForgetPersonOptions, 'clock' | 'logger'>,
): Promise<DestinationForgetting> {
  const { destination: settings } = configured.compiled;
  const { id } = settings;
  const { create, redact } = lane.settings;
  const [issue] = configured.issues;
  if (issue !== undefined) {
    const failure = failureOf(Object.assign(new Error(issue.message), { code: issue.code }));
    return { destination: id, outcome: 'failed', failure };
  }
  const { registry } = application;
  const prototype = registry.resolve(settings.package).class.prototype as Partial<DestinationInterface>;
  if (typeof prototype.forgetProfile !== 'function') return { destination: id, outcome: 'unsupported' };
  const onCloseFailed = (error: unknown): void =>
    logger.warn(`close() of ${id} failed: ${failureOf(error).message}`, { destination: id });
  try {
    const options = { create, name: id, timeoutMs: settings.delivery.timeoutMs, clock, logger, onCloseFailed };
    await withSideInstance(options, (instance, call) =>
      call('forgetProfile', (context) => instance.forgetProfile!(profileId, context)),
    );
    return { destination: id, outcome: 'forgotten' };
  } catch (error) {
    return { destination: id, outcome: 'failed', failure: redactFailure(failureOf(error), redact) };
  }
}

import type { Failure } from '@dest/core';
import type { LaneSettings } from './lane-parts';
import type { LaneState } from './lane-status';

/** Why a lane delivers nothing now; undefined where it does. */
export function laneReason(
  state: LaneState,
  { configured }: LaneSettings,
  lastFailure: Failure | undefined,
): { readonly code: string; readonly message: string } | undefined {
  if (state === 'disabled') return { code: 'DISABLED', message: 'The destination, or its resource, is switched off.' };
  const cause = state === 'unavailable' ? configured.issues[0] : lastFailure;
  if (state !== 'unavailable' && state !== 'paused' && state !== 'backing-off') return undefined;
  return cause === undefined ? undefined : { code: cause.code, message: cause.message };
}

import type { Failure } from '@dest/core';
import type { LaneGear } from './lane-gear';
import type { LaneSettings } from './lane-parts';
import type { LaneState } from './lane-status';

/** In which state a lane is that isn't closed. */
export function laneState({ settings, breaker }: LaneGear, now: number): LaneState {
  if (!settings.enabled) return 'disabled';
  if (settings.configured.issues.length > 0) return 'unavailable';
  if (breaker.paused) return 'paused';
  return breaker.nextTryAt > now ? 'backing-off' : 'ready';
}

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

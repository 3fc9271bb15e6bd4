import type { Envelope, IntakeMessage } from '@dest/core';
import type { DispatchOptions } from '../dispatch-envelope';
import type { Receipt } from '../receipt';

/** Takes an envelope in. */
export type Dispatch = (envelope: Envelope, options: DispatchOptions) => Promise<Receipt>;

/** Takes in what an intake hands in. */
export function dispatchMessage(dispatch: Dispatch, { envelope, fallbackId, source }: IntakeMessage): Promise<Receipt> {
  return dispatch(envelope as Envelope, {
    ...(fallbackId === undefined ? {} : { fallbackId }),
    ...(source === undefined ? {} : { source }),
  });
}

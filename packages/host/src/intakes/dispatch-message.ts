import type { Envelope, IntakeMessage, IntakeReceipt } from '@dest/core';
import type { DispatchOptions } from '../dispatch-envelope';
import { owedBy, type Receipt } from '../receipt';

/** Takes an envelope in. */
export type Dispatch = (envelope: Envelope, options: DispatchOptions) => Promise<Receipt>;

/** Takes in what an intake hands in. */
export async function dispatchMessage(
  dispatch: Dispatch,
  { envelope, fallbackId, source }: IntakeMessage,
): Promise<IntakeReceipt> {
  const receipt = await dispatch(envelope as Envelope, {
    ...(fallbackId === undefined ? {} : { fallbackId }),
    ...(source === undefined ? {} : { source }),
  });
  // What is too large for a lane will never fit: to hand it in again would be in vain.
  return { id: receipt.id, duplicate: receipt.duplicate, owed: owedBy(receipt) };
}

import type { SkipReason } from '@dest/core';

/** What became of an envelope when it was accepted. */
export interface Receipt {
  readonly id: string;
  /** True where the same id was accepted before, within the window: nothing was done. */
  readonly duplicate: boolean;
  /** The copies that are kept and will be delivered. */
  readonly deliveries: readonly { readonly id: string; readonly destination: string }[];
  readonly skipped: readonly { readonly destination: string; readonly reason: SkipReason }[];
  /** Copies that a full lane refused: the only ones that are not kept. */
  readonly refused: readonly { readonly destination: string; readonly reason: 'lane-full' }[];
}

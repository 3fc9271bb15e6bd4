import type { Envelope, RouteOptions, Router, SkipReason } from '@dest/core';

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

/** Which destinations an envelope passes by, and the first reason for each. */
export function skippedOf(router: Router, envelope: Envelope, options: RouteOptions): Receipt['skipped'] {
  const skipped: { destination: string; reason: SkipReason }[] = [];
  for (const { compiled, reason } of router.route(envelope, options)) {
    if (reason !== 'matched') skipped.push({ destination: compiled.destination.id, reason });
  }
  return skipped;
}

import type { AppendReceipt, Envelope, NewDelivery, RouteOptions, Router, SkipReason } from '@dest/core';
import type { AcceptedText } from './envelope/accepted-text';

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

/** What it takes to tell which destinations an envelope passed by, and which ones it never fits. */
interface Routed {
  readonly router: Router;
  readonly options: RouteOptions;
  readonly accepted: AcceptedText;
  readonly copies: readonly NewDelivery[];
}

const ROUTED = Symbol('routed');

/** Worked out when it is looked at: of a thousand destinations most skip, and few ask why. Every receipt gets the same one. */
const SKIPPED: PropertyDescriptor & ThisType<Receipt & { readonly [ROUTED]: Routed }> = {
  get() {
    const { router, options, accepted } = this[ROUTED];
    return this.duplicate ? [] : skippedOf(router, accepted.forDelivery(), options);
  },
  enumerable: true,
  configurable: true,
};

/** Tells the sender what became of an envelope. */
export function receiptOf({ duplicate, deliveries, refused }: AppendReceipt, routed: Routed): Receipt {
  const receipt = { id: routed.accepted.id, duplicate, deliveries, refused };
  Object.defineProperty(receipt, ROUTED, { value: routed });
  return Object.defineProperty(receipt, 'skipped', SKIPPED) as Receipt;
}

/** Destinations that refused their copy and may have room for it later: not those whose lane is too small for it. */
export function owedBy(receipt: Receipt): readonly string[] {
  const { refused } = receipt;
  if (refused.length === 0) return [];
  const { copies, accepted } = (receipt as Receipt & { readonly [ROUTED]: Routed })[ROUTED];
  const limits = new Map(copies.map(({ lane, limit }) => [lane.destination, limit.maxBytes]));
  return refused
    .map(({ destination }) => destination)
    .filter((destination) => accepted.bytes <= (limits.get(destination) ?? Infinity));
}

/** Which destinations an envelope passes by, and the first reason for each. */
function skippedOf(router: Router, envelope: Envelope, options: RouteOptions): Receipt['skipped'] {
  const skipped: { destination: string; reason: SkipReason }[] = [];
  for (const { compiled, reason } of router.route(envelope, options)) {
    if (reason !== 'matched') skipped.push({ destination: compiled.destination.id, reason });
  }
  return skipped;
}

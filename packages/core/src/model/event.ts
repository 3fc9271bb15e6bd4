/**
 * Something that happened. An open object: fields that are not named here are kept.
 */
export interface Event {
  readonly id?: string;
  /** The event's type, such as `order-created`; what a destination's `eventType` selects by. */
  readonly type: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  /** Where the event came from; what a destination's `source` selects by. */
  readonly source?: { readonly id?: string; readonly [key: string]: unknown };
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

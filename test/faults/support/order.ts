/** An event envelope of a profile. */
export interface Order {
  readonly id: string;
  readonly event: { readonly type: 'order'; readonly [more: string]: unknown };
  readonly profile: { readonly id: string };
}

/** An order with this id, of one of seven profiles. */
export function order(id: string, more: object = {}): Order {
  const profile = [...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 7;
  return { id, event: { type: 'order', ...more }, profile: { id: `p${profile}` } };
}

/** So many orders, with ids that begin alike. */
export function orders(prefix: string, count: number, more: object = {}): readonly Order[] {
  return Array.from({ length: count }, (_, n) => order(`${prefix}-${n}`, more));
}

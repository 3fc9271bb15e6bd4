import type { BatchItem } from '@dest/core';

/** What of an item may be made when it is first looked at. */
export type LazyPart = 'data' | 'json' | 'event' | 'profile' | 'session';

/** What makes them; asked again it gives the same. */
export type LazyParts = { readonly [Part in LazyPart]?: BatchItem[Part] | undefined };

/** Whose parts an item has. Not enumerable: copies of an item have the parts themselves. */
const PARTS = Symbol('parts');

interface Lazy {
  [PARTS]: LazyParts;
}

/** Every item gets the same ones, so that they stay alike for the engine. */
function propertyOf(part: LazyPart): PropertyDescriptor & ThisType<Lazy> {
  return {
    get() {
      return this[PARTS][part];
    },
    // It is the plugin's own: it may put anything in the place.
    set(value: unknown) {
      Object.defineProperty(this, part, { value, writable: true, enumerable: true, configurable: true });
    },
    enumerable: true,
    configurable: true,
  };
}

const PROPERTIES: { readonly [Part in LazyPart]: PropertyDescriptor } = {
  data: propertyOf('data'),
  json: propertyOf('json'),
  event: propertyOf('event'),
  profile: propertyOf('profile'),
  session: propertyOf('session'),
};

/**
 * Gives an item parts that are made when they are first looked at: not every plugin needs them, and those that send one item
 * after another need not hold the parts of all.
 *
 * @param item - what it has already; becomes the item
 * @param names - which parts it has of `parts`
 */
export function withLazyParts(item: Partial<BatchItem>, parts: LazyParts, names: readonly LazyPart[]): BatchItem {
  Object.defineProperty(item, PARTS, { value: parts, configurable: true });
  for (const name of names) Object.defineProperty(item, name, PROPERTIES[name]);
  return item as BatchItem;
}

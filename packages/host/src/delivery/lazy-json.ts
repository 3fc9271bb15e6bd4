import type { BatchItem } from '@dest/core';

/** Every item gets the same one, so that they stay alike for the engine. */
const JSON_TEXT: PropertyDescriptor & ThisType<BatchItem> = {
  get() {
    const text = JSON.stringify(this.data);
    Object.defineProperty(this, 'json', { value: text, enumerable: true, configurable: true });
    return text;
  },
  enumerable: true,
  configurable: true,
};

/**
 * Gives an item its `json`: made when it is first looked at, and kept. Not every plugin needs it, and those that send one item
 * after another need not hold the texts of all.
 *
 * @param item - with data that is known to have a JSON text
 */
export function withLazyJson(item: Omit<BatchItem, 'json'>): BatchItem {
  return Object.defineProperty(item, 'json', JSON_TEXT) as BatchItem;
}

import type { BatchItem, Data } from '@dest/core';
import { withLazyJson } from '../../src/delivery/lazy-json';

const itemOf = (data: unknown): BatchItem =>
  withLazyJson({ kind: 'event', data: data as Data, attempt: 1, possiblyDelivered: false, idempotencyKey: 'e:d' });

test('the text is made when it is first looked at, and only once', () => {
  let made = 0;
  const item = itemOf({ toJSON: () => ({ made: ++made }) });
  expect(made).toBe(0);
  expect([item.json, item.json]).toEqual(['{"made":1}', '{"made":1}']);
});

test('it is a property of the item as others are: copies have it', () => {
  expect({ ...itemOf({ total: 1 }) }).toEqual({
    kind: 'event',
    data: { total: 1 },
    json: '{"total":1}',
    attempt: 1,
    possiblyDelivered: false,
    idempotencyKey: 'e:d',
  });
});

import { failureOf, PermanentError, TransientError, type ItemResult } from '@dest/core';
import { failFollowers } from '../../src/sending/fail-followers';
import { batchItem } from '../support/contexts';

const GOOD: ItemResult = { ok: true };
const LATER: ItemResult = { ok: false, error: new TransientError('later', { code: 'X' }) };
const NEVER: ItemResult = { ok: false, error: new PermanentError('never', { code: 'Y' }) };
const items = ['a', 'b', 'a', undefined, 'b'].map((key, index) => batchItem(index, `e${index}:o`, key));

const codes = (results: readonly ItemResult[]): string[] =>
  results.map((result) => (result.ok ? 'ok' : failureOf(result.error).code));

it('what follows an item of its key that is tried again is tried again after it', () => {
  const results = failFollowers(items, [LATER, GOOD, GOOD, GOOD, GOOD], 'key');

  expect(codes(results)).toEqual(['X', 'ok', 'PULSAR_OUT_OF_ORDER', 'ok', 'ok']);
  expect(results[2]?.ok === false && failureOf(results[2].error)).toMatchObject({
    retry: 'transient',
    scope: 'destination',
  });
});

it('under strict order everything follows', () => {
  expect(codes(failFollowers(items, [GOOD, LATER, GOOD, GOOD, GOOD], 'strict'))).toEqual([
    'ok',
    'X',
    'PULSAR_OUT_OF_ORDER',
    'PULSAR_OUT_OF_ORDER',
    'PULSAR_OUT_OF_ORDER',
  ]);
});

it('what failed for good leaves its key free, and where no order counts nothing follows', () => {
  expect(codes(failFollowers(items, [NEVER, GOOD, GOOD, GOOD, GOOD], 'key'))).toEqual(['Y', 'ok', 'ok', 'ok', 'ok']);
  expect(codes(failFollowers(items, [LATER, GOOD, GOOD, GOOD, GOOD], 'none'))).toEqual(['X', 'ok', 'ok', 'ok', 'ok']);
});

import type { ItemResult } from '@dest/core';
import { expectThat } from '../expectations';

/** That what `dispatchBatch` resolved to is one result for each item, in the right shape. */
export function expectResults(results: unknown, count: number): asserts results is readonly ItemResult[] {
  const list: readonly unknown[] | undefined = Array.isArray(results) ? results : undefined;
  const found = list === undefined ? typeof results : `${list.length} results`;
  expectThat(list?.length === count, `dispatchBatch resolves to ${count} results, one for each item; it is ${found}`);
  for (const [index, result] of list.entries()) {
    const { ok } = (result ?? {}) as { readonly ok?: unknown };
    const isFine = ok === true || (ok === false && (result as { readonly error?: unknown }).error !== undefined);
    expectThat(isFine, `result ${index} is { ok: true }, or { ok: false, error }; it is ${JSON.stringify(result)}`);
  }
}

import { failureOf } from '@dest/core';

/** What a promise rejects with, as the host reads it. */
export async function failure(promise: Promise<unknown>): Promise<ReturnType<typeof failureOf>> {
  return promise.then(
    () => {
      throw new Error('it should have failed');
    },
    (error: unknown) => failureOf(error),
  );
}

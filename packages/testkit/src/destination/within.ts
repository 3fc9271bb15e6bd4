import { AssertionError } from 'node:assert';

/** Something of the destination took longer than it may. Not to be taken for a failure that the destination tells. */
export class OverrunError extends AssertionError {
  constructor(what: string, ms: number) {
    super({ message: `${what} should end, and has not within ${ms} ms` });
  }
}

/**
 * What a promise settles to, where it does so in time.
 *
 * @throws OverrunError
 */
export async function within<Value>(promise: Promise<Value>, ms: number, what: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const overrun = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new OverrunError(what, ms)), ms);
  });
  try {
    return await Promise.race([promise, overrun]);
  } finally {
    clearTimeout(timer);
  }
}

import type { Failure, FailureRetry, FailureScope } from '@dest/core';
import { expectThat } from '../expectations';

/** What of a failure is compared; what is left out may be as it will. */
export interface ExpectedFailure {
  readonly retry: FailureRetry;
  readonly scope?: FailureScope;
}

/** The class to throw for each. */
const THROWN: Readonly<Record<FailureRetry, string>> = {
  transient: 'a TransientError',
  permanent: 'a PermanentError',
  configuration: 'a ConfigurationError',
};

/**
 * @param when - what the other side does, for the message
 */
export function expectFailure(failure: Failure, { retry, scope }: ExpectedFailure, when: string): void {
  const { code, message } = failure;
  const found = `it is ${failure.retry} and the ${failure.scope}'s: ${code} ${JSON.stringify(message)}`;
  const expected = `${THROWN[retry]}${scope === undefined ? '' : ` of the ${scope}`}`;
  const isSo = failure.retry === retry && (scope === undefined || failure.scope === scope);
  expectThat(isSo, `where ${when}, the failure is ${expected}; ${found}`);
}

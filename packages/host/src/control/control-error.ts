import { ConfigurationError, failureOf, PermanentError, TransientError, type FailureCause } from '@dest/core';
import type { ControlFailure } from './control-protocol';

/** What is told of an error to the other side. */
export function toControlFailure(thrown: unknown): ControlFailure {
  return failureOf(thrown);
}

/** The error again, of its class, with its code and its causes. */
export function fromControlFailure(failure: ControlFailure): Error {
  const { code, message, retry, scope, retryAfterMs, causes } = failure;
  const cause = causeFrom(causes ?? []);
  const options = { code, ...(cause === undefined ? {} : { cause }) };
  switch (retry) {
    case 'permanent':
      return new PermanentError(message, options);
    case 'configuration':
      return new ConfigurationError(message, options);
    case 'transient':
      return new TransientError(message, {
        ...options,
        ...(scope === undefined ? {} : { scope }),
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      });
  }
}

function causeFrom(causes: readonly FailureCause[]): Error | undefined {
  return causes.reduceRight<Error | undefined>((cause, { code, message }) => {
    const error = new Error(message, cause === undefined ? undefined : { cause });
    return code === undefined ? error : Object.assign(error, { code });
  }, undefined);
}

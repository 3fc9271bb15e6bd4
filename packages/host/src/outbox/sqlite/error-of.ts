import { ConfigurationError, TransientError } from '@dest/core';
import type { FaultText } from './outbox-fault';

/** As an error of the contract. */
export function errorOf({ retry, code, message }: FaultText): Error {
  return retry === 'configuration' ? new ConfigurationError(message, { code }) : new TransientError(message, { code });
}

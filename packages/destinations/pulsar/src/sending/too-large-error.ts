import { PermanentError } from '@dest/core';

/** A message is larger than Pulsar takes. */
export function tooLargeError(where: string, size: string, remedy: string): PermanentError {
  return new PermanentError(`${where} can't take this message: ${size} ${remedy}`, {
    code: 'PULSAR_MESSAGE_TOO_LARGE',
  });
}

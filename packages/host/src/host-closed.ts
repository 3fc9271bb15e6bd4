import { TransientError } from '@dest/core';

export function hostClosed(): TransientError {
  return new TransientError('The host is closed and takes nothing more in.', { code: 'HOST_CLOSED' });
}

import { messageOf, PermanentError } from '@dest/core';
import type { PulsarIntakeInit } from './intake-init';

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The envelope that a message is. Whether it is a right one, the host finds out.
 *
 * Throws a PermanentError, PULSAR_PAYLOAD_NOT_JSON.
 */
export function readEnvelope(payload: Buffer, format: PulsarIntakeInit['format']): unknown {
  let value: unknown;
  try {
    value = JSON.parse(UTF_8.decode(payload));
  } catch (cause) {
    throw new PermanentError(
      `The message should be the JSON text of an ${format === 'profile' ? 'object' : format}: ${messageOf(cause)}.`,
      { code: 'PULSAR_PAYLOAD_NOT_JSON', cause },
    );
  }
  return format === 'envelope' ? value : { [format]: value };
}

import { deepFreeze, type AcceptedEnvelope, type Envelope } from '@dest/core';
import type { LoadedEnvelope } from './protocol';

/** An envelope as the port gives it. Frozen, as those are that never were in the file. */
export function toAccepted(loaded: LoadedEnvelope | undefined): AcceptedEnvelope | undefined {
  if (loaded === undefined) return undefined;
  const { id, acceptedAt, body } = loaded;
  const json = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  return { id, envelope: deepFreeze(JSON.parse(json) as Envelope), acceptedAt };
}

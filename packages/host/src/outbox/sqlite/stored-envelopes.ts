import { deepFreeze, type AcceptedEnvelope, type Envelope } from '@dest/core';
import type { EnvelopeRow } from './envelope-table';
import type { LoadedEnvelopes } from './protocol';

/** Puts envelopes together for the way between threads. */
export function packEnvelopes(rows: readonly (EnvelopeRow | undefined)[]): LoadedEnvelopes {
  const found = rows.filter((row) => row !== undefined);
  // Not from the pool, all of which would be sent.
  const texts = Buffer.allocUnsafeSlow(found.reduce((sum, { body }) => sum + body.length, 0));
  let used = 0;
  for (const { body } of found) used += body.copy(texts, used);
  return {
    ids: found.map(({ id }) => id),
    acceptedAt: found.map(({ acceptedAt }) => acceptedAt),
    lengths: rows.map((row) => row?.body.length ?? -1),
    texts,
  };
}

/** Envelopes as the port gives them. Frozen, as those are that never were in the file. */
export function unpackEnvelopes({
  ids,
  acceptedAt,
  lengths,
  texts,
}: LoadedEnvelopes): (AcceptedEnvelope | undefined)[] {
  const all = Buffer.from(texts.buffer, texts.byteOffset, texts.byteLength);
  let start = 0;
  let next = 0;
  return lengths.map((length) => {
    if (length < 0) return undefined;
    const text = all.toString('utf8', start, start + length);
    start += length;
    const index = next++;
    return readWhenAsked(ids[index] as string, acceptedAt[index] as number, text);
  });
}

/** Read when it is first looked at: until its turn comes, one of a large batch is a text, and not dozens of objects. */
function readWhenAsked(id: string, acceptedAt: number, json: string): AcceptedEnvelope {
  let text: string | undefined = json;
  let read: Envelope | undefined;
  return {
    id,
    get envelope() {
      if (text !== undefined) {
        read = deepFreeze(JSON.parse(text) as Envelope);
        text = undefined;
      }
      return read as Envelope;
    },
    acceptedAt,
  };
}

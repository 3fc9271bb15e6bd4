import type { Envelope } from '@dest/core';
import * as fc from 'fast-check';
import { AcceptedText } from '../../src/envelope/accepted-text';
import { MadeTexts } from '../../src/envelope/part-texts';
import { PAYLOAD_PARTS } from '../../src/envelope/payload-parts';
import { TextMemory } from '../../src/envelope/text-memory';

const text = fc.string({ unit: 'binary', maxLength: 8 });
const part = fc.dictionary(text, fc.oneof(text, fc.integer(), fc.jsonValue()), { maxKeys: 3 });
const optional = { requiredKeys: [] as never[] };
const envelopes = fc.record(
  { session: part, profile: part, id: text, event: part, changes: fc.array(text), profileBefore: part },
  optional,
) as unknown as fc.Arbitrary<Envelope>;

function keep(id: string, envelope: Envelope, acceptedAt: number, memory: TextMemory): AcceptedText {
  return new AcceptedText({ id, envelope, texts: new MadeTexts(envelope) }, acceptedAt, memory);
}

/** As JSON gives it back. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('AcceptedText', () => {
  it('gives back the envelope, its parts and the text of its payload, whatever lies beside it', () => {
    fc.assert(
      fc.property(
        fc.array(
          envelopes.filter(({ event, profile }) => event !== undefined || profile !== undefined),
          { maxLength: 4 },
        ),
        fc.boolean(),
        (given, isShared) => {
          const memory = new TextMemory();
          const kept = given.map((envelope, index) => {
            const accepted = keep(`e${index}`, asJson(envelope) as Envelope, index, memory);
            accepted.letGo(isShared);
            return accepted;
          });
          for (const [index, accepted] of kept.entries()) {
            const expected = asJson(given[index]) as Envelope;
            const { event, profile, session } = expected;
            expect(JSON.parse(accepted.payloadJson)).toEqual(asJson({ event, profile, session }));
            // Looking at the payload has left the text as it was.
            expect(JSON.parse(accepted.json)).toEqual(expected);
            for (const name of PAYLOAD_PARTS) {
              expect(accepted.has(name)).toBe(expected[name] !== undefined);
              expect(accepted.part(name)).toEqual(expected[name]);
            }
            const copied = Buffer.alloc(accepted.bytes + 2, '-');
            accepted.copyJson(copied, 1);
            expect(copied.toString()).toBe(`-${accepted.json}-`);
            expect(accepted.forDelivery()).toEqual(expected);
            expect({ ...accepted }).toEqual({ id: `e${index}`, acceptedAt: index, envelope: expected });
          }
        },
      ),
    );
  });

  it('holds what was read of an envelope with several deliveries, and else what is asked for as an outbox does', () => {
    const accepted = keep('e', { event: { type: 'paid' } }, 1, new TextMemory());
    accepted.letGo(false);
    expect(accepted.part('event')).not.toBe(accepted.part('event'));
    expect(accepted.envelope).toBe(accepted.envelope);
    expect(accepted.part('event')).toBe(accepted.envelope.event);
    accepted.letGo(true);
    expect(accepted.part('event')).toBe(accepted.part('event'));
    expect(Object.isFrozen(accepted.part('event'))).toBe(true);
  });

  it('takes texts that are larger than a chunk', () => {
    const memory = new TextMemory();
    const small = keep('s', { event: { type: 'small' } }, 1, memory);
    const note = 'ł🙂'.repeat(50_000);
    const large = keep('l', { event: { type: 'large', note } }, 1, memory);
    for (const accepted of [small, large]) accepted.letGo(false);
    expect(large.part('event')).toEqual({ type: 'large', note });
    expect(small.json).toBe('{"event":{"type":"small"}}');
    expect(large.chunk.size).toBeLessThan(large.bytes + 100);
  });
});

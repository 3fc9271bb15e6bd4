import type { Envelope } from '@dest/core';
import * as fc from 'fast-check';
import { acceptParsed } from '../../src/envelope/accept-envelope';
import { AcceptedText } from '../../src/envelope/accepted-text';
import { FoundTexts } from '../../src/envelope/part-texts';
import { TextMemory } from '../../src/envelope/text-memory';

function accept(json: string): { readonly isFound: boolean; readonly payload: string; readonly whole: unknown } {
  const valid = acceptParsed(JSON.parse(json.replace(/^\uFEFF/, '')), Buffer.from(json), 'fallback');
  const accepted = new AcceptedText(valid, 1, new TextMemory());
  accepted.letGo(false);
  const { payloadJson } = accepted;
  return { isFound: valid.texts instanceof FoundTexts, payload: payloadJson, whole: accepted.forDelivery() };
}

const part = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue(), { maxKeys: 4 });

test('takes the parts out of the text they came in, whatever is in them', () => {
  fc.assert(
    fc.property(
      part,
      part,
      fc.shuffledSubarray(['id', 'session', 'profile', 'changes']),
      (properties, session, others) => {
        const event = { type: 'paid', properties };
        const all: Readonly<Record<string, unknown>> = { id: 'e', session, profile: properties, changes: ['a"]}'] };
        const given = Object.fromEntries([...others.map((name) => [name, all[name]] as const), ['event', event]]);
        const { payload, whole, isFound } = accept(JSON.stringify(given));
        const { profile, session: visit } = given as Envelope;
        // Two members with one name are one, as JSON.parse has read them.
        expect(payload).toBe(JSON.stringify({ event, profile, session: visit }));
        expect(whole).toEqual(JSON.parse(JSON.stringify(given)));
        expect(isFound).toBe(true);
      },
    ),
  );
});

test('keeps numbers and escapes as they were written', () => {
  const event = '{"type":"paid","total":1.50,"big":12345678901234567890,"path":"a\\/b"}';
  expect(accept(`{"event":${event}}`).payload).toBe(`{"event":${event}}`);
});

test.each([
  ['a byte order mark before it, and a line break after it', '\uFEFF{"event":{"type":"a"}}\r\n'],
  ['a part that is null', '{"session":null,"event":{"type":"a"},"profile":null}'],
])('takes %s for nothing', (_what, json) => {
  expect(accept(json)).toMatchObject({ isFound: true, payload: '{"event":{"type":"a"}}' });
});

test.each([
  ['spaces between its tokens', '{"event": {"type":"a"}}'],
  ['a line break inside', '{"event":{"type":"a"\n}}'],
  ['a name twice, which another reader may take otherwise', '{"event":{"type":"b","type":"a"}}'],
  ['a part twice', '{"event":{"type":"b"},"event":{"type":"a"}}'],
  ['a name twice, once with an escape', '{"event":{"type":"b","\\u0074ype":"a"}}'],
  ['the name of a part with an escape', '{"\\u0065vent":{"type":"a"}}'],
  ['a number that is none', '{"event":{"type":"a"},"session":{"n":1e999}}'],
])('writes anew what has %s', (_what, json) => {
  const { isFound, payload, whole } = accept(json);
  expect(isFound).toBe(false);
  expect(payload).toMatch(/^\{"event":\{"type":"a"\}[^ \n]*\}$/);
  expect(JSON.parse(payload)).toEqual(whole);
});

test('says what is wrong with an envelope', () => {
  expect(() => accept('{"event":{}}')).toThrow('event.type is missing');
  expect(() => accept('[]')).toThrow('it should be an object');
  expect(() => accept(`{"event":{"type":"a","deep":${'['.repeat(600)}${']'.repeat(600)}}}`)).toThrow(
    /nested more than 500/,
  );
});

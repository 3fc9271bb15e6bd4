import type { Envelope } from '@dest/core';
import { expectEqual, expectThat } from '../../expectations';
import type { OutboxCase } from '../outbox-case';
import { onOutbox, type OutboxTrial } from '../outbox-trial';
import { copyFor, failureOfCode, laneOf } from '../samples';

const orders = laneOf('orders');

const manyKeys = Object.fromEntries(
  Array.from({ length: 10_000 }, (_, index) => [`key ${(index * 7919) % 10_007}`, index]),
);

function nested(depth: number): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { in: value };
  return value;
}

/** As texts: what they are parsed to must come back as the same text. */
const CONTENTS: Readonly<Record<string, string>> = {
  'text of all planes': '{"type":"t","a":"äöü ß € 漢字 العربية 😀 👨‍👩‍👧 e\u0301 \u212B"}',
  'control characters, quotes and line ends':
    '{"type":"t","a":"\\u0000\\u0001\\b\\f\\n\\r\\t\\"\\\\/\\u2028\\u2029\\u007f\\ufeff\\uffff"}',
  'halves of surrogate pairs': '{"type":"t","\\ud800":"\\udc00","a":["\\ud83d","x\\ude00","\\ude00\\ud83d"]}',
  'a key __proto__': '{"type":"t","__proto__":{"admin":true},"a":{"__proto__":null,"constructor":{"prototype":1}}}',
  'keys that are numbers, empty or the same but for case':
    '{"1":1,"2":2,"type":"t","":0,"a":1,"A":2," a":3,"toString":4}',
  'numbers at the edges':
    '{"type":"t","a":[0,1.5,-1e-7,5e-324,1.7976931348623157e+308,9007199254740993,0.1,1e+21,123456789012345680000]}',
  'null, booleans and what is empty': '{"type":"t","a":null,"b":true,"c":false,"d":"","e":{},"f":[],"g":[null,[],{}]}',
  'text that looks like something else':
    '{"type":"t","a":["null","undefined","NaN","2030-01-01T00:00:00.000Z","\'; DROP TABLE envelopes; --","?1","${HOME}","{{x}}","\\\\u0041"]}',
  'many keys': JSON.stringify({ type: 't', properties: manyKeys }),
  depth: JSON.stringify({ type: 't', properties: nested(400) }),
  'a large text': JSON.stringify({ type: 't', properties: { text: '0123456789abcdef ü😀'.repeat(60_000) } }),
};

const ODD_TEXTS = [
  '',
  ' ',
  'a b',
  "o'hara",
  '"',
  '\\',
  '100%',
  '__proto__',
  'null',
  '0',
  '😀',
  '\uD800',
  '\u0000',
  'x'.repeat(2_000),
];

async function loadedText(trial: OutboxTrial): Promise<string> {
  const [accepted] = await trial.outbox.load(await trial.waiting(orders));
  return JSON.stringify(accepted?.envelope);
}

/** Whatever is in an envelope comes back as it was. */
export const contentCases: readonly OutboxCase[] = [
  ...Object.entries(CONTENTS).map(([what, text]): OutboxCase => ({
    name: `an envelope comes back byte by byte: ${what}`,
    run: onOutbox(async (trial) => {
      const event = JSON.parse(text) as { type: string };
      const envelope: Envelope = { event, profile: { id: 'ada', traits: { copy: JSON.parse(text) as unknown } } };
      const expected = JSON.stringify(envelope);
      const stored = await trial.add('e-1', orders, {}, envelope);
      const loaded = await loadedText(trial);
      expectThat(loaded === expected, `the loaded envelope is ${shown(expected)}, not ${shown(loaded)}`);
      await trial.fail(stored);
      const letter = await trial.outbox.deadLetter((await trial.letters())[0]!.id);
      const kept = JSON.stringify(letter?.envelope);
      expectThat(kept === expected, `the envelope of the dead letter is ${shown(expected)}, not ${shown(kept)}`);
      await trial.replay({}, [orders]);
      const [accepted] = await trial.outbox.load(await trial.replays(orders));
      const replayed = JSON.stringify(accepted?.envelope);
      expectThat(replayed === expected, `the replayed envelope is ${shown(expected)}, not ${shown(replayed)}`);
    }),
  })),
  {
    name: 'ids of envelopes may have any characters, and are told apart by them',
    run: onOutbox(async (trial) => {
      const ids = [...ODD_TEXTS, 'e', 'E', 'é', 'e\u0301', '\uFFFD', 'x'.repeat(1_999), 'e\u0000'];
      for (const id of ids) {
        const receipt = await trial.append(id, [copyFor(orders)], { event: { type: 'paid' } });
        expectEqual(receipt.duplicate, false, `whether ${shown(JSON.stringify(id))} is a duplicate of another`);
      }
      expectEqual(await trial.envelopeIds(await trial.waiting(orders)), ids, 'the ids of the loaded envelopes');
      for (const id of ids) {
        const receipt = await trial.append(id, [copyFor(orders)], { event: { type: 'paid' } });
        expectEqual(receipt.duplicate, true, `whether ${shown(JSON.stringify(id))} is a duplicate of itself`);
      }
    }),
  },
  {
    name: 'keys and changes may have any characters, and keys are told apart by them',
    run: onOutbox(async (trial) => {
      const keys = [...ODD_TEXTS, 'e', 'E', 'é', 'e\u0301', '\uFFFD'];
      for (const [index, key] of keys.entries()) {
        const copy = copyFor(orders, { key, changes: [key, 'traits.a'], kind: 'profile', coalesce: true });
        const receipt = await trial.append(`e-${index}`, [copy]);
        expectEqual(receipt.coalesced, [], `what ${shown(JSON.stringify(key))} replaces`);
      }
      const waiting = await trial.waiting(orders);
      expectEqual(
        waiting.map(({ key, changes }) => ({ key, changes })),
        keys.map((key) => ({ key, changes: [key, 'traits.a'] })),
        'the keys and changes of what waits',
      );
      for (const [index, key] of keys.entries()) {
        const receipt = await trial.append(`f-${index}`, [copyFor(orders, { key, kind: 'profile', coalesce: true })]);
        expectEqual(
          receipt.coalesced.map(({ id }) => id),
          [waiting[index]!.id],
          `what ${shown(JSON.stringify(key))} replaces the second time`,
        );
      }
    }),
  },
  {
    name: 'destinations and failures may have any characters, and dead letters are found by them',
    run: onOutbox(async (trial) => {
      for (const [index, text] of ODD_TEXTS.entries()) {
        await trial.addFailed(`e-${index}`, laneOf(`to ${text}`), failureOfCode(`C${text}`, { message: text }));
      }
      for (const [index, text] of ODD_TEXTS.entries()) {
        const filter = { destination: `to ${text}`, code: `C${text}` };
        const [letter, ...others] = await trial.letters(filter);
        expectEqual(
          [letter?.envelopeId, letter?.lane, letter?.failure.message, letter?.history[0]?.message, others.length],
          [`e-${index}`, laneOf(`to ${text}`), text, text, 0],
          `the dead letter of ${shown(JSON.stringify(text))}`,
        );
        expectEqual(
          await trial.outbox.countDeadLetters(filter),
          1,
          `how many there are of ${shown(JSON.stringify(text))}`,
        );
      }
    }),
  },
];

function shown(text: string | undefined): string {
  if (text === undefined) return 'nothing';
  return text.length <= 300 ? text : `${text.slice(0, 300)}… (${text.length} characters)`;
}

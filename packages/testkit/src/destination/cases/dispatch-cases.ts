import type { JsonValue } from '@dest/core';
import { setTimeout } from 'node:timers/promises';
import { deepFreeze, PermanentError, type BatchItem } from '@dest/core';
import { type aContext } from '../../builders/a-context';
import { expectEqual, expectThat } from '../../expectations';
import { casesOf } from '../cases-of';
import type { Delivery } from '../deliveries';
import type { DestinationCase } from '../destination-case';
import type { DestinationTrial } from '../destination-trial';

const { tried } = casesOf('dispatch');

const MEBIBYTE = 1_048_576;

/** How long an answer is kept back, so that one who doesn't wait for it is found out. */
const KEPT_BACK_MS = 100;

const UNICODE = ['zażółć gęślą jaźń', '日本語のテキスト', 'שלום العربية', '👩‍👩‍👧 🐟', 'é and e\u0301', '\u{10ffff}'];
const SPECIAL = [
  'quotes " \' ` and \\ backslashes / slashes',
  'line\nbreak\r\ntab\tbell\u0007 delete\u007f',
  '\u2028 \u2029 \ufeff',
  "<script>&amp;</script> ${x} {{event@id}} %00 %s '; --",
];

/** Texts that not every store can hold. */
const RARE = ['null\u0000', 'half \ud83d of a pair'];

/** One delivery at a time, and what is in it. */
export const dispatchCases: readonly DestinationCase[] = [
  tried('an event arrives', (trial) => expectArrival(trial, { kind: 'event' }), { needs: ['events'] }),
  tried('a profile arrives', (trial) => expectArrival(trial, { kind: 'profile' }), { needs: ['profiles'] }),
  tried(
    'an event without profile and session arrives',
    (trial) => expectArrival(trial, { kind: 'event', bare: true }),
    { needs: ['events'] },
  ),
  tried('texts of all scripts arrive as they are', (trial) => expectArrival(trial, { content: { texts: UNICODE } })),
  tried('special characters arrive as they are, in keys too', (trial) => {
    const keys = Object.fromEntries(SPECIAL.map((text, index) => [`${text} ${index}`, index]));
    // As JSON has it: written in a program, this key would be something else.
    const proto = JSON.parse('{"__proto__":{"a":1},"constructor":2,"":3}') as JsonValue;
    return expectArrival(trial, { content: { texts: SPECIAL, keys, proto } });
  }),
  tried('a null character and half of a pair arrive as they are, or are refused for good', async (trial) => {
    const instance = await trial.open();
    for (const text of RARE) {
      await expectArrivalOrRefusal(trial, instance, { text });
      await expectArrivalOrRefusal(trial, instance, { [text]: 1 });
    }
  }),
  tried('what is empty, and what is no object, arrives or is refused for good', async (trial) => {
    const instance = await trial.open();
    for (const content of [{}, [], '', { empty: {}, list: [], text: '', nothing: null }, null, 0, false, 'text', [1]]) {
      await expectArrivalOrRefusal(trial, instance, content);
    }
  }),
  tried('a payload of 1 MB arrives, or is refused for good', async (trial) => {
    await expectArrivalOrRefusal(trial, await trial.open(), { text: 'x'.repeat(MEBIBYTE) });
  }),
  tried('an object of 10,000 keys arrives, or is refused for good', async (trial) => {
    const keys = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`key-${index}`, index]));
    await expectArrivalOrRefusal(trial, await trial.open(), keys);
  }),
  tried('several at once arrive, each once', async (trial) => {
    const instance = await trial.open();
    const contents = Array.from({ length: 20 }, () => trial.deliveries.content());
    await Promise.all(contents.map((content) => trial.deliver(instance, { content })));
    await trial.expectArrivals(contents, { inOrder: false });
  }),
  tried('what it is handed stays as it was', async (trial) => {
    const instance = await trial.open();
    const item = trial.deliveries.item({ content: { list: [{ number: 1 }], text: 'as it was' } });
    const before = JSON.stringify(item);
    await trial.call('a dispatch of what is frozen', (context) => handOver(trial, instance, deepFreeze(item), context));
    expectEqual(JSON.parse(JSON.stringify(item)), JSON.parse(before), 'what was handed over');
    await trial.arrivals(1);
  }),
  tried(
    'a delivery is done when it is answered, not before',
    async (trial) => {
      const { kinds } = trial;
      const instance = await trial.open();
      await trial.deliver(instance);
      await trial.site.proxy.fail('hang');
      const done: string[] = [];
      const delivering = Promise.all(
        kinds.map((kind) => trial.deliver(instance, { kind }).then(() => done.push(`a delivery of ${kind}s`))),
      );
      delivering.catch(() => undefined);
      await setTimeout(KEPT_BACK_MS);
      expectEqual(done, [], 'the list of what is done before the other side has it');
      await trial.site.mend();
      await delivering;
      const arrived = (await trial.arrivals(1 + kinds.length)).length;
      expectEqual(arrived, 1 + kinds.length, 'how many arrive, those that are answered late included,');
    },
    { needs: ['network', 'answers'] },
  ),
];

type Instance = Awaited<ReturnType<DestinationTrial['open']>>;

async function handOver(
  trial: DestinationTrial,
  instance: Instance,
  item: BatchItem,
  context: ReturnType<typeof aContext>,
): Promise<void> {
  const { data, profile, session, event, idempotencyKey } = item;
  if (!trial.hasBatches) {
    const own = { ...context, idempotencyKey };
    if (event === undefined) return instance.dispatchProfile(data, profile!, session, own);
    return instance.dispatchEvent(data, profile, session, event, own);
  }
  const [result] = await instance.dispatchBatch!(deepFreeze([item]), context);
  if (result?.ok === false) throw result.error;
}

async function expectArrival(trial: DestinationTrial, delivery: Delivery): Promise<void> {
  const content = delivery.content ?? trial.deliveries.content();
  await trial.deliver(await trial.open(), { ...delivery, content });
  await trial.expectArrivals([content]);
}

/** That it is delivered as it is; or refused as an item that can never work, such as one that is too large. */
async function expectArrivalOrRefusal(trial: DestinationTrial, instance: Instance, content: JsonValue): Promise<void> {
  const before = (await trial.site.received()).length;
  const failure = await trial.outcomeOf(trial.deliver(instance, { content }));
  if (failure !== undefined) {
    const isRefused = failure.retry === 'permanent' && failure.scope === 'item';
    const what = `${JSON.stringify(content).slice(0, 40)} arrives, or is refused with a ${PermanentError.name}`;
    expectThat(isRefused, `${what}; it fails as ${failure.retry}: ${failure.code} ${failure.message}`);
    return;
  }
  const arrived = (await trial.arrivals(before + 1)).at(before);
  expectEqual(arrived?.data, trial.deliveries.data(content), 'what arrived');
}

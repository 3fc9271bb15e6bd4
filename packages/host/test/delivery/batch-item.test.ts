import {
  compileDestination,
  defaultDelivery,
  type BatchItem,
  type Envelope,
  type JsonValue,
  type LoadedDelivery,
} from '@dest/core';
import { batchItem } from '../../src/delivery/batch-item';
import { acceptToWrite } from '../../src/envelope/accept-envelope';
import { AcceptedText } from '../../src/envelope/accepted-text';
import { TextMemory } from '../../src/envelope/text-memory';

const envelope: Envelope = {
  id: 'e',
  event: { type: 'paid', properties: { total: 12.5, note: 'Wrocław 🙂' } },
  profile: { id: 'p', traits: { city: 'Łódź' } },
};

function compiledWith(mapping: JsonValue | undefined): NonNullable<ReturnType<typeof compileDestination>['compiled']> {
  const destination = {
    id: 'd',
    name: 'D',
    description: '',
    package: 'target',
    init: {},
    form: {},
    enabled: true,
    tags: [],
    onProfileChangeOnly: false,
    resource: { id: 'r' },
    delivery: defaultDelivery,
    ...(mapping === undefined ? {} : { mapping }),
  };
  return compileDestination(destination, undefined).compiled!;
}

function deliveryOf(accepted: LoadedDelivery['accepted']): LoadedDelivery {
  return {
    lane: { destination: 'd', package: 'target', debug: false, generation: 0 },
    id: '1',
    sequence: 1,
    envelope: 2,
    kind: 'event',
    key: 'p',
    waitingSince: 0,
    attempts: 0,
    tries: 1,
    dueAt: 0,
    scheduledAt: 0,
    bytes: 100,
    replay: false,
    crashes: 0,
    accepted,
  };
}

function kept(): AcceptedText {
  const accepted = new AcceptedText(acceptToWrite(envelope), 5, new TextMemory());
  accepted.letGo(false);
  return accepted;
}

const plain = { id: 'e', envelope, acceptedAt: 5 };
const { event, profile } = envelope;
const whole = {
  kind: 'event',
  key: 'p',
  attempt: 2,
  possiblyDelivered: true,
  idempotencyKey: 'e:d',
  data: { event, profile },
  json: JSON.stringify({ event, profile }),
  event,
  profile,
};

describe.each([
  ['kept as a text', kept],
  ['as an outbox gave it', () => plain],
])('the item of an envelope %s', (_how, accepted) => {
  const itemWith = (mapping?: JsonValue): BatchItem =>
    batchItem(deliveryOf(accepted()), compiledWith(mapping)) as BatchItem;

  test('has the default payload and what it is made of', () => {
    expect(itemWith()).toEqual(whole);
    expect(JSON.parse(itemWith().json)).toEqual(itemWith().data);
  });

  test('has properties as any object has: copies have them too', () => {
    expect({ ...itemWith() }).toStrictEqual(whole);
    expect(structuredClone(itemWith())).toStrictEqual(whole);
    expect(JSON.parse(JSON.stringify(itemWith()))).toEqual(whole);
    expect(Object.keys(itemWith()).sort()).toEqual(Object.keys(whole).sort());
  });

  test('gives the same parts whenever it is asked, and in its data', () => {
    const item = itemWith();
    expect(item.event).toBe(item.event);
    expect((item.data as { event: unknown }).event).toBe(item.event);
    expect(item.data).toBe(item.data);
    expect(item.json).toBe(item.json);
  });

  test('is the plugin’s own: it may change it', () => {
    const item = itemWith() as { -readonly [Part in keyof BatchItem]?: unknown };
    Object.assign(item, { data: 'changed', json: 'j', event: 1 });
    delete item.profile;
    expect(item).toEqual({ ...whole, data: 'changed', json: 'j', event: 1, profile: undefined });
    expect('profile' in item).toBe(false);
  });

  test('has the payload of its mapping, and its text', () => {
    const { data, json, event: given } = itemWith({ sum: 'event@properties.total' });
    expect([data, json, given]).toEqual([{ sum: 12.5 }, '{"sum":12.5}', event]);
  });
});

test('what comes out of a text is frozen, for each delivery by itself', () => {
  const accepted = kept();
  const [one, other] = [1, 2].map(() => batchItem(deliveryOf(accepted), compiledWith(undefined)) as BatchItem);
  expect(Object.isFrozen(one!.event?.properties)).toBe(true);
  expect(one!.event).not.toBe(other!.event);
});

import { failureOf, type Data } from '@dest/core';
import { compileMessage } from '../../src/message/compile-message';
import type { PulsarInit } from '../../src/init';
import type { PulsarMessage } from '../../src/transport/pulsar-transport';
import { batchItem } from '../support/contexts';
import { withDefaults } from '../support/create-destination';

const NOW = Date.UTC(2026, 0, 2);

const EVENT = {
  type: 'order-created',
  properties: { orderId: 'A-1', total: 12.5, paid: true, lines: [{ sku: 'x' }], at: 1_700_000_000 },
  metadata: { time: '2025-03-14T09:18:00+01:00' },
};

function make(init: Partial<PulsarInit>, data: Data = { n: 1 }, event: object = EVENT): PulsarMessage {
  const item = {
    ...batchItem(data, 'e1:orders', 'ordering-key'),
    event: event as typeof EVENT,
    profile: { id: 'p1', traits: { tier: 'gold' } },
  };
  return compileMessage(withDefaults({ topic: 'orders', ...init }))(item, NOW);
}

function failure(action: () => unknown): ReturnType<typeof failureOf> {
  try {
    action();
  } catch (error) {
    return failureOf(error);
  }
  throw new Error('it should have failed');
}

it('is the JSON text, what orders the delivery, its idempotency key and the time of the event', () => {
  expect(make({})).toEqual({
    payload: '{"n":1}',
    key: 'ordering-key',
    properties: { idempotencyKey: 'e1:orders' },
    eventTimeMs: Date.UTC(2025, 2, 14, 8, 18),
  });
});

describe('key', () => {
  it.each([
    ['event@properties.orderId', 'A-1'],
    ['event@properties.total', '12.5'],
    ['event@properties.lines', '[{"sku":"x"}]'],
    ['event@properties.nothing', undefined],
  ])('%s is %s', (key, value) => {
    expect(make({ key }).key).toBe(value);
  });

  it('that is no reference is refused, with its place', () => {
    const found = failure(() => make({ key: 'event@properties..x' }));

    expect(found).toMatchObject({ retry: 'configuration', code: 'REFERENCE_INVALID' });
    expect(found.message).toMatch(/^init\.key: .*column 18/);
  });
});

describe('properties', () => {
  it('are references, templates and fixed texts, made text; what is missing is left out', () => {
    const { properties } = make({
      properties: {
        type: 'event@type',
        greeting: 'to {{profile@traits.tier}}',
        fixed: 'web',
        total: 'event@properties.total',
        paid: 'event@properties.paid',
        lines: 'event@properties.lines',
        version: 2,
        missing: 'event@properties.nothing',
        when: { $date: 'event@metadata.time', format: 'date' },
      },
    });

    expect(properties).toEqual({
      idempotencyKey: 'e1:orders',
      type: 'order-created',
      greeting: 'to gold',
      fixed: 'web',
      total: '12.5',
      paid: 'true',
      lines: '[{"sku":"x"}]',
      version: '2',
      when: '2025-03-14',
    });
  });

  it('can neither replace the idempotency key nor be no mapping', () => {
    expect(failure(() => make({ properties: { idempotencyKey: 'mine' } }))).toMatchObject({
      retry: 'configuration',
      code: 'PULSAR_PROPERTY_RESERVED',
    });
    const found = failure(() => make({ properties: { type: '{{event@' } }));
    expect(found).toMatchObject({ retry: 'configuration', code: 'MAPPING_BAD_TEMPLATE' });
    expect(found.message).toMatch(/^init\.properties: .*\/type/);
  });
});

describe('event time', () => {
  it.each([
    ['event@properties.at', 1_700_000_000_000],
    ['event@properties.orderId', undefined],
    ['event@properties.nothing', undefined],
    [false as const, undefined],
  ])('%s is %s', (eventTime, time) => {
    expect(make({ eventTime }).eventTimeMs).toBe(time);
  });

  it.each([
    [{ insert: '2025-01-01T00:00:00Z', create: '2024-01-01' }, Date.UTC(2025, 0, 1)],
    [{ create: '2024-01-01' }, Date.UTC(2024, 0, 1)],
    ['1969-12-31', undefined],
    ['soon', undefined],
    [253_402_300_800_000, undefined],
    [1_700_000_000_123.7, 1_700_000_000_123],
  ])('is found in the metadata time %j', (time, expected) => {
    expect(make({}, null, { type: 'x', metadata: { time } }).eventTimeMs).toBe(expected);
  });

  it('that is no reference is refused', () => {
    const found = failure(() => make({ eventTime: 'event@a[' }));

    expect(found.code).toBe('REFERENCE_INVALID');
    expect(found.message).toMatch(/^init\.eventTime: /);
  });
});

it.each([
  ['5m', 300_000],
  [1_500, 1_500],
])('is kept back for %s', (deliverAfter, milliseconds) => {
  expect(make({ deliverAfter }).deliverAfterMs).toBe(milliseconds);
});

describe('serializer', () => {
  it('text takes a text as it is', () => {
    expect(make({ serializer: 'text' }, 'Zoë "Z"\n').payload).toBe('Zoë "Z"\n');
  });

  it('raw takes bytes as Base64', () => {
    const bytes = Buffer.from([0, 255, 128, 10]);
    expect(make({ serializer: 'raw' }, bytes.toString('base64')).payload).toEqual(bytes);
    expect(make({ serializer: 'raw' }, '').payload).toEqual(Buffer.alloc(0));
  });

  it.each([
    ['text', { a: 1 }, 'an object'],
    ['text', null, 'null'],
    ['text', 5, 'a number'],
    ['raw', ['AAAA'], 'a list'],
    ['raw', 'not Base64!', 'not Base64'],
    ['raw', 'AAA', 'not Base64'],
  ] as const)('%s refuses %j for good', (serializer, data, words) => {
    const found = failure(() => make({ serializer }, data));

    expect(found).toMatchObject({ retry: 'permanent', scope: 'item', code: 'PULSAR_PAYLOAD_INVALID' });
    expect(found.message).toContain(words);
  });
});

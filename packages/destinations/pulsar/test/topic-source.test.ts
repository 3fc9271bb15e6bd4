import { failureOf } from '@dest/core';
import { compileTopic } from '../src/topic-source';

function failure(action: () => unknown): ReturnType<typeof failureOf> {
  try {
    action();
  } catch (error) {
    return failureOf(error);
  }
  throw new Error('it should have failed');
}

it('knows a topic that is always the same', () => {
  expect(compileTopic('orders').fixed?.full).toBe('persistent://public/default/orders');
});

it.each([
  ['persistent://public/default/{{event@type}}', 'persistent://public/default/order-created'],
  ['{{ event@type }}', 'persistent://public/default/order-created'],
  ['shop/{{event@properties.region}}/orders', 'persistent://shop/eu-west/orders'],
  [
    'non-persistent://{{profile@id}}/ns/{{event@type}}.v{{event@properties.version}}',
    'non-persistent://p1/ns/order-created.v2',
  ],
])('makes of %s the topic %s', (template, full) => {
  const source = compileTopic(template);

  const topic = source.topicOf({
    event: { type: 'order-created', properties: { region: 'eu-west', version: 2 } },
    profile: { id: 'p1' },
  });

  expect(source.fixed).toBeUndefined();
  expect(topic.full).toBe(full);
});

it.each([
  ['missing', {}, 'event@type is missing or empty'],
  ['null', { type: null }, 'missing or empty'],
  ['empty', { type: '' }, 'missing or empty'],
  ['an object', { type: { a: 1 } }, 'an object'],
  ['a list', { type: ['a'] }, 'a list'],
  ['another tenant', { type: 'x/../../other/ns/topic' }, 'x/../../other/ns/topic'],
  ['a slash', { type: '/' }, 'slash'],
  ['a blank', { type: 'two words' }, 'two words'],
  ['a control character', { type: 'a\u0007b' }, 'control character'],
  ['a step upwards', { type: '..' }, 'no topic'],
  ['far too long', { type: 'x'.repeat(600) }, 'no topic'],
])('a value that is %s is the fault of the item', (_what, event, words) => {
  const found = failure(() => compileTopic('persistent://public/default/{{event@type}}').topicOf({ event }));

  expect(found).toMatchObject({ retry: 'permanent', scope: 'item', code: 'PULSAR_TOPIC_INVALID' });
  expect(found.message).toContain(words);
  expect(found.message.length).toBeLessThan(600);
});

it('lets no value into a tenant or namespace that is no name of one', () => {
  const source = compileTopic('{{event@tenant}}/ns/orders');

  expect(source.topicOf({ event: { tenant: 'shop' } }).tenant).toBe('shop');
  expect(failure(() => source.topicOf({ event: { tenant: 'a:%2f' } })).code).toBe('PULSAR_TOPIC_INVALID');
  expect(failure(() => source.topicOf({ event: { tenant: '.' } })).code).toBe('PULSAR_TOPIC_INVALID');
});

it.each([
  ['{{event@type', 'PULSAR_TOPIC_INVALID'],
  ['a/{{event@type}}', 'PULSAR_TOPIC_INVALID'],
  ['two words {{event@type}}', 'PULSAR_TOPIC_INVALID'],
  ['..', 'PULSAR_TOPIC_INVALID'],
  ['{{event.type}}', 'REFERENCE_INVALID'],
  ['{{evnt@type}}', 'REFERENCE_INVALID'],
  ['{{}}', 'REFERENCE_INVALID'],
])('refuses %s', (template, code) => {
  const found = failure(() => compileTopic(template));

  expect(found).toMatchObject({ retry: 'configuration', code });
  expect(found.message).toContain('init.topic');
});

import { parseTopic } from '../src/topic';

it.each([
  ['orders', 'persistent://public/default/orders'],
  ['shop/eu-1/orders', 'persistent://shop/eu-1/orders'],
  ['persistent://shop/eu/orders', 'persistent://shop/eu/orders'],
  ['non-persistent://shop/eu/orders', 'non-persistent://shop/eu/orders'],
  ['orders.v2:new%', 'persistent://public/default/orders.v2:new%'],
])('reads %s as %s', (text, full) => {
  expect(parseTopic(text).full).toBe(full);
});

it('knows the parts', () => {
  expect(parseTopic('non-persistent://shop/eu/orders')).toMatchObject({
    domain: 'non-persistent',
    tenant: 'shop',
    namespace: 'eu',
    name: 'orders',
  });
});

it.each([
  '',
  'a/b',
  'a/b/c/d',
  'persistent://orders',
  'persistent://a/b/',
  'kafka://a/b/c',
  'two words',
  'tenant /ns/topic',
  '/orders',
])('refuses "%s"', (text) => {
  expect(() => parseTopic(text)).toThrow(expect.objectContaining({ code: 'PULSAR_TOPIC_INVALID' }));
});

import { batchKey, headerSafeKey, webhookId } from '../src/message-id';

describe('headerSafeKey', () => {
  it.each([
    ['order-1:hook', 'order-1:hook'],
    ['order.1:hook', 'order.1:hook'],
    ['a b', 'a%20b'],
    ['50%', '50%25'],
    ['zamówienie', 'zam%C3%B3wienie'],
    ['a\r\nx-evil: 1', 'a%0D%0Ax-evil:%201'],
    ['\ud800', '%EF%BF%BD'],
  ])('%j becomes %j', (key, expected) => {
    expect(headerSafeKey(key)).toBe(expected);
  });

  it('hashes what is too long for a header', () => {
    const [one, other] = [headerSafeKey('a'.repeat(513)), headerSafeKey(`${'a'.repeat(512)}b`)];
    expect(one).toMatch(/^sha256-[0-9a-f]{64}$/);
    expect(other).not.toBe(one);
  });
});

describe('webhookId', () => {
  it('has no full stop, which separates the parts of what is signed', () => {
    expect(webhookId('order.1614265330.{"a":1}')).toBe('order%2E1614265330%2E{"a":1}');
  });
});

describe('batchKey', () => {
  it('depends on the keys, not on their order', () => {
    expect(batchKey(['a', 'b'])).toBe(batchKey(['b', 'a']));
    expect(batchKey(['a', 'b'])).not.toBe(batchKey(['a', 'c']));
    expect(batchKey(['a,b'])).not.toBe(batchKey(['a', 'b']));
    expect(headerSafeKey(batchKey(['a']))).toBe(batchKey(['a']));
  });
});

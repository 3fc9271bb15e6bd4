import { order } from '../../../packages/host/test/support/started-host';
import { startedWebhookHost, startReceiver } from './support/webhook-rig';

const BREAK = 'fine\r\nx-injected: canary-injected';

describe('fault 20: CRLF in a header, {{ in data', () => {
  test.each<[string, { readonly init?: object; readonly credentials?: object }, string]>([
    ['a header of init', { init: { headers: { 'x-own': BREAK } } }, 'WEBHOOK_HEADER_INVALID'],
    ['the name of a header', { init: { headers: { [`x-own: a\r\nx-injected`]: 'a' } } }, 'WEBHOOK_HEADER_INVALID'],
    ['the content type', { init: { contentType: BREAK } }, 'WEBHOOK_HEADER_INVALID'],
    ['a secret header', { credentials: { headers: { 'x-key': BREAK } } }, 'WEBHOOK_HEADER_INVALID'],
    ['a token', { credentials: { token: BREAK } }, 'WEBHOOK_AUTH_INVALID'],
    ['a user name', { credentials: { username: BREAK } }, 'WEBHOOK_AUTH_INVALID'],
    ['a password', { credentials: { username: 'u', password: BREAK } }, 'WEBHOOK_AUTH_INVALID'],
  ])('CRLF in %s is refused: nothing is sent, the lane is paused and keeps what waits', async (_where, given, code) => {
    const receiver = await startReceiver();
    const logged: string[] = [];
    const log = (...words: unknown[]): void => void logged.push(JSON.stringify(words));
    const host = await startedWebhookHost({
      url: receiver.origin,
      ...given,
      logger: { debug: log, info: log, warn: log, error: log },
    });
    await host.dispatch(order(1));
    await host.drain({ waitForRetries: true });
    expect(receiver.connections).toBe(0);
    expect((await host.lanes())[0]).toMatchObject({ state: 'paused', waiting: 1, reason: { code } });
    expect(`${logged.join()} ${JSON.stringify(await host.lanes())}`).not.toContain('canary-injected');
  });

  test('CRLF that comes in with an event ends up in no header of its own', async () => {
    const receiver = await startReceiver();
    const host = await startedWebhookHost({ url: receiver.origin, mapping: { id: 'event@id', n: 'event@n' } });
    const ids = [BREAK, 'a\nx-injected: b', 'a\rb', 'a\0b', 'ä\u2028ö', 'a, b'];
    for (const [n, id] of ids.entries()) await host.dispatch({ event: { id, type: 'order', n } });
    await host.drain({ waitForRetries: true });
    expect(receiver.received).toHaveLength(ids.length);
    const keys = new Set<unknown>();
    for (const { headers, body } of receiver.received) {
      const { id, n } = JSON.parse(body) as { id: string; n: number };
      expect(id).toBe(ids[n]);
      expect(headers).not.toHaveProperty('x-injected');
      const key = String(headers['idempotency-key']);
      expect(key).toMatch(/^[\x21-\x7e]+$/);
      expect(decodeURIComponent(key)).toBe(`${id}:hook`);
      keys.add(key);
    }
    expect(keys.size).toBe(ids.length);
    expect(await host.countDeadLetters({})).toBe(0);
  });

  test('{{ in data is what it is: nothing in it is looked up', async () => {
    const receiver = await startReceiver();
    const host = await startedWebhookHost({
      url: receiver.origin,
      credentials: { token: 'canary-token' },
      mapping: {
        plain: 'event@name',
        template: 'Hello {{profile@name}}, {{event@name}}!',
        list: { $each: 'event@names', as: 'item', map: 'item@...' },
        quoted: 'event@quoted',
      },
    });
    const names = ['{{profile@secret}}', '}}{{event@secret}}{{', '${TOKEN}', 'event@secret', '{{', '`profile@secret`'];
    for (const [index, name] of names.entries()) {
      await host.dispatch({
        id: `e${index}`,
        event: { type: 'order', name, names: [name], secret: 'canary-event', quoted: { [name]: name } },
        profile: { id: 'p', name, secret: 'canary-profile' },
      });
    }
    await host.drain({ waitForRetries: true });
    const bodies = receiver.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    expect(bodies).toHaveLength(names.length);
    for (const name of names) {
      expect(bodies).toContainEqual(
        expect.objectContaining({
          plain: name,
          template: `Hello ${name}, ${name}!`,
          list: [name],
          quoted: { [name]: name },
        }),
      );
    }
    expect(JSON.stringify(bodies)).not.toContain('canary');
  });
});

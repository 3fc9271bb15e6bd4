import { createHmac } from 'node:crypto';
import { createServer as createSecureServer } from 'node:https';
import { createHttp, type PolicedHttp } from '@dest/core';
import { batchKey } from '../src/message-id';
import type { WebhookDestination } from '../src/index';
import { Receiver, type Answering } from './support/receiver';
import { selfSignedCertificate } from './support/self-signed-certificate';
import { context, failing, items, NOW, webhook } from './support/webhook';

let http: PolicedHttp;
let receiver: Receiver;

beforeEach(async () => {
  http = createHttp({ allow: ['127.0.0.1', 'localhost'] });
  receiver = await Receiver.start();
});

afterEach(async () => {
  await http.close();
  await receiver.stop();
});

const event = { type: 'order-created' };

function dispatch(
  destination: WebhookDestination,
  data: Parameters<WebhookDestination['dispatchEvent']>[0] = { a: 1 },
) {
  return destination.dispatchEvent(data, undefined, undefined, event, context());
}

const status =
  (code: number, body = '', headers: Record<string, string> = {}): Answering =>
  (_received, response) =>
    response.writeHead(code, headers).end(body);

/** Answers with the status first, and with the body when that has gone out. */
const late =
  (code: number): Answering =>
  (_received, response) => {
    response.writeHead(code).flushHeaders();
    setTimeout(() => response.end('body'), 2);
  };

describe('requests', () => {
  it('sends an event as JSON', async () => {
    const destination = webhook(http, { url: `${receiver.origin}/orders?x=1` });
    await destination.open(context());
    await dispatch(destination, { id: 7, text: 'zoë \u2028 \ud800' });
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]).toMatchObject({
      method: 'POST',
      url: '/orders?x=1',
      body: '{"id":7,"text":"zoë \u2028 \\ud800"}',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': 'envelope-1:orders',
        'webhook-id': 'envelope-1:orders',
      },
    });
    expect(receiver.received[0]?.headers).not.toHaveProperty('webhook-signature');
  });

  it('sends a profile with method, headers, content type and authentication as configured', async () => {
    const destination = webhook(
      http,
      { url: receiver.origin, token: 'abc', headers: { 'X-Api-Key': 'k' } },
      { method: 'PUT', headers: { 'X-Team': 'a' }, contentType: 'application/vnd.acme+json' },
    );
    await destination.dispatchProfile('text', { id: 'p' }, undefined, context());
    expect(receiver.received[0]).toMatchObject({
      method: 'PUT',
      body: '"text"',
      headers: {
        authorization: 'Bearer abc',
        'x-api-key': 'k',
        'x-team': 'a',
        'content-type': 'application/vnd.acme+json',
      },
    });
  });

  it('uses the test credentials where debug is on', async () => {
    const made = webhook(http, { url: 'http://127.0.0.1:1/' });
    const Class = made.constructor as new (...given: unknown[]) => WebhookDestination;
    const resource = { ...made.resource, credentials: { test: { url: `${receiver.origin}/test` } } };
    await dispatch(new Class(true, resource, made.destination, http));
    expect(receiver.received[0]?.url).toBe('/test');
  });

  it('signs with every secret, over id, timestamp and body as sent', async () => {
    const keys = [Buffer.from('first key'), Buffer.from('second key')];
    const secret = keys.map((key) => `whsec_${key.toString('base64')}`);
    const destination = webhook(http, { url: receiver.origin, secret });
    await destination.dispatchEvent({ text: 'zoë' }, undefined, undefined, event, context({ idempotencyKey: 'a.b:c' }));
    const { headers = {}, body = '' } = receiver.received[0] ?? {};
    expect(headers['webhook-id']).toBe('a%2Eb:c');
    expect(headers['idempotency-key']).toBe('a.b:c');
    expect(headers['webhook-timestamp']).toBe(String(NOW / 1000));
    const signed = Buffer.from(`a%2Eb:c.${NOW / 1000}.${body}`);
    expect(headers['webhook-signature']).toBe(
      keys.map((key) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`).join(' '),
    );
  });

  it('lets no line break of an idempotency key into a header', async () => {
    const destination = webhook(http, { url: receiver.origin });
    const given = context({ idempotencyKey: 'a\r\nx-evil: 1' });
    await destination.dispatchEvent({}, undefined, undefined, event, given);
    expect(receiver.received[0]?.headers['idempotency-key']).toBe('a%0D%0Ax-evil:%201');
    expect(receiver.received[0]?.headers).not.toHaveProperty('x-evil');
  });

  it('refuses at open what can not work', async () => {
    const destination = webhook(http, { url: receiver.origin, headers: { 'x-a': 'b\r\nc' } });
    expect(await failing(destination.open(context()))).toMatchObject({
      retry: 'configuration',
      code: 'WEBHOOK_HEADER_INVALID',
    });
  });

  it.each([
    ['empty', status(204)],
    ['short', status(200, 'ok')],
    ['late', late(200)],
    ['of an error', late(500)],
  ])('re-uses the connection after an answer whose body is %s', async (_what, answer) => {
    receiver.answer = answer;
    const destination = webhook(http, { url: receiver.origin });
    for (let index = 0; index < 20; index++) await dispatch(destination).catch(() => undefined);
    expect(receiver.received).toHaveLength(20);
    // Two, since a body's end is read a moment before its connection is free again.
    expect(receiver.connections).toBeLessThanOrEqual(2);
  });
});

describe('answers', () => {
  it.each([200, 201, 202, 204, 206, 299])('%i is success', async (code) => {
    receiver.answer = status(code);
    await expect(dispatch(webhook(http, { url: receiver.origin }))).resolves.toBeUndefined();
  });

  it.each([
    [300, 'configuration', 'destination', 'WEBHOOK_REDIRECTED'],
    [301, 'configuration', 'destination', 'WEBHOOK_REDIRECTED'],
    [304, 'configuration', 'destination', 'WEBHOOK_REDIRECTED'],
    [308, 'configuration', 'destination', 'WEBHOOK_REDIRECTED'],
    [400, 'permanent', 'item', 'WEBHOOK_REJECTED'],
    [401, 'configuration', 'destination', 'WEBHOOK_CREDENTIALS_REFUSED'],
    [402, 'configuration', 'destination', 'WEBHOOK_PAYMENT_REQUIRED'],
    [403, 'configuration', 'destination', 'WEBHOOK_CREDENTIALS_REFUSED'],
    [404, 'configuration', 'destination', 'WEBHOOK_NOT_FOUND'],
    [405, 'configuration', 'destination', 'WEBHOOK_NOT_SUPPORTED'],
    [406, 'permanent', 'item', 'WEBHOOK_REJECTED'],
    [407, 'configuration', 'destination', 'WEBHOOK_CREDENTIALS_REFUSED'],
    [408, 'transient', 'destination', 'WEBHOOK_UNAVAILABLE'],
    [409, 'permanent', 'item', 'WEBHOOK_REJECTED'],
    [410, 'configuration', 'destination', 'WEBHOOK_NOT_FOUND'],
    [413, 'permanent', 'item', 'WEBHOOK_REJECTED'],
    [415, 'permanent', 'item', 'WEBHOOK_REJECTED'],
    [418, 'permanent', 'item', 'WEBHOOK_REJECTED'],
    [421, 'transient', 'destination', 'WEBHOOK_UNAVAILABLE'],
    [422, 'permanent', 'item', 'WEBHOOK_REJECTED'],
    [423, 'transient', 'item', 'WEBHOOK_NOT_READY'],
    [425, 'transient', 'item', 'WEBHOOK_NOT_READY'],
    [426, 'configuration', 'destination', 'WEBHOOK_NOT_SUPPORTED'],
    [429, 'transient', 'destination', 'WEBHOOK_RATE_LIMITED'],
    [431, 'permanent', 'item', 'WEBHOOK_REJECTED'],
    [451, 'permanent', 'item', 'WEBHOOK_REJECTED'],
    [500, 'transient', 'destination', 'WEBHOOK_UNAVAILABLE'],
    [501, 'configuration', 'destination', 'WEBHOOK_NOT_SUPPORTED'],
    [502, 'transient', 'destination', 'WEBHOOK_UNAVAILABLE'],
    [503, 'transient', 'destination', 'WEBHOOK_UNAVAILABLE'],
    [504, 'transient', 'destination', 'WEBHOOK_UNAVAILABLE'],
    [505, 'configuration', 'destination', 'WEBHOOK_NOT_SUPPORTED'],
    [507, 'transient', 'destination', 'WEBHOOK_UNAVAILABLE'],
    [599, 'transient', 'destination', 'WEBHOOK_UNAVAILABLE'],
  ])('%i is a %s failure of the %s: %s', async (code, retry, scope, errorCode) => {
    receiver.answer = status(code);
    const failure = await failing(dispatch(webhook(http, { url: receiver.origin })));
    expect(failure).toMatchObject({ retry, scope, code: errorCode });
    expect(failure.message).toContain(`POST to ${receiver.origin} was answered with ${code}`);
  });

  it.each([
    ['429', 429, '7', 7_000],
    ['503', 503, new Date(NOW + 9_000).toUTCString(), 9_000],
    ['garbage', 429, 'soon', undefined],
    ['negative', 503, '-1', undefined],
    ['huge', 429, '1000000000', 86_400_000],
  ])('honours Retry-After: %s', async (_what, code, value, expected) => {
    receiver.answer = status(code, '', { 'retry-after': value });
    expect((await failing(dispatch(webhook(http, { url: receiver.origin })))).retryAfterMs).toBe(expected);
  });

  it('does not follow a redirect, and says the origin it points to, not its path', async () => {
    receiver.answer = status(307, '', { location: 'https://elsewhere.example/canary?x=canary' });
    const { message } = await failing(dispatch(webhook(http, { url: receiver.origin })));
    expect(message).toContain('pointing to https://elsewhere.example.');
    expect(message).not.toContain('canary');
    receiver.answer = status(302, '', { location: '/other' });
    expect((await failing(dispatch(webhook(http, { url: receiver.origin })))).message).toContain(receiver.origin);
    expect(receiver.received).toHaveLength(2);
  });

  it("quotes the beginning of the answer's body as one line, without secrets", async () => {
    const token = 'canary-token';
    receiver.answer = (received, response) =>
      response
        .writeHead(400)
        .end(`bad\r\n\tthing: ${received.headers.authorization} ${received.url} ${'x'.repeat(9_000)}`);
    const destination = webhook(http, { url: `${receiver.origin}/canary-path`, token });
    const { message } = await failing(dispatch(destination));
    expect(message).toContain('bad thing: Bearer *** *** xxx');
    expect(message).not.toContain('canary');
    expect(message.length).toBeLessThan(800);
  });

  it('cancels a body without end, and is done', async () => {
    receiver.answer = (_received, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'.repeat(10_000)), 1);
      response.on('close', () => clearInterval(timer));
    };
    await expect(dispatch(webhook(http, { url: receiver.origin }))).resolves.toBeUndefined();
  });

  it.each([
    [200, undefined],
    [503, 'WEBHOOK_UNAVAILABLE'],
    [422, 'WEBHOOK_REJECTED'],
  ])('goes by the status %i where the body breaks off', async (code, expected) => {
    receiver.answer = (_received, response) => {
      response.writeHead(code, { 'content-length': '100' });
      response.write('beginning', () => response.destroy());
    };
    const sent = dispatch(webhook(http, { url: receiver.origin }));
    if (expected === undefined) await expect(sent).resolves.toBeUndefined();
    else expect(await failing(sent)).toMatchObject({ code: expected });
  });
});

describe('no answer', () => {
  it('times out', async () => {
    receiver.answer = () => undefined;
    const failure = await failing(dispatch(webhook(http, { url: receiver.origin }, { timeoutMs: 30 })));
    expect(failure).toMatchObject({ retry: 'transient', scope: 'destination', code: 'WEBHOOK_TIMEOUT' });
    expect(failure.message).toContain('within 30 ms');
  });

  it("ends with the delivery's deadline", async () => {
    const controller = new AbortController();
    receiver.answer = () => controller.abort();
    const given = context({ signal: controller.signal });
    const sent = webhook(http, { url: receiver.origin }).dispatchEvent({}, undefined, undefined, event, given);
    expect(await failing(sent)).toMatchObject({ retry: 'transient', scope: 'destination', code: 'WEBHOOK_ABORTED' });
  });

  it('ends when the destination closes; close is safe without open and twice', async () => {
    const destination = webhook(http, { url: receiver.origin });
    await destination.close();
    receiver.answer = () => void destination.close();
    expect(await failing(dispatch(destination))).toMatchObject({ retry: 'transient', code: 'WEBHOOK_CLOSED' });
    await destination.close();
  });

  it('is transient where the connection is refused', async () => {
    const { origin } = receiver;
    await receiver.stop();
    const failure = await failing(dispatch(webhook(http, { url: origin })));
    expect(failure).toMatchObject({ retry: 'transient', scope: 'destination', code: 'WEBHOOK_UNREACHABLE' });
    expect(failure.message).toContain('ECONNREFUSED');
  });

  it('is transient where the connection is reset', async () => {
    receiver.answer = (_received, response) => response.socket?.resetAndDestroy();
    expect(await failing(dispatch(webhook(http, { url: receiver.origin })))).toMatchObject({
      retry: 'transient',
      scope: 'destination',
      code: 'WEBHOOK_UNREACHABLE',
    });
  });

  it.each([
    ['ENOTFOUND', 'configuration', 'WEBHOOK_HOST_UNKNOWN'],
    ['EAI_AGAIN', 'transient', 'WEBHOOK_UNREACHABLE'],
  ])('is, where names are not resolved because of %s, %s', async (code, retry, expected) => {
    const failingHttp = createHttp(
      {},
      { resolve: (_host, callback) => callback(Object.assign(new Error(code), { code }), []) },
    );
    const failure = await failing(dispatch(webhook(failingHttp, { url: 'http://hooks.example/' })));
    expect(failure).toMatchObject({ retry, scope: 'destination', code: expected });
    await failingHttp.close();
  });

  it('is a matter of configuration where the network policy blocks the address', async () => {
    const strict = createHttp();
    const failure = await failing(dispatch(webhook(strict, { url: receiver.origin })));
    expect(failure).toMatchObject({ retry: 'configuration', code: 'NETWORK_ADDRESS_BLOCKED' });
    const check = await webhook(strict, { url: receiver.origin }).check(context());
    expect(check).toMatchObject({ ok: false, message: expect.stringContaining('network: { allow:') as string });
    await strict.close();
  });

  it('is a matter of configuration where the port is one that fetch refuses', async () => {
    const failure = await failing(dispatch(webhook(http, { url: 'http://127.0.0.1:25/' })));
    expect(failure).toMatchObject({ retry: 'configuration', code: 'WEBHOOK_PORT_REFUSED' });
  });

  it('is transient where the other side speaks no HTTP', async () => {
    receiver.answer = (_received, response) => response.socket?.end('SSH-2.0-x\r\n');
    expect(await failing(dispatch(webhook(http, { url: receiver.origin })))).toMatchObject({
      retry: 'transient',
      code: 'WEBHOOK_UNREACHABLE',
    });
  });

  it("is a matter of configuration where nobody vouches for the receiver's certificate", async () => {
    const certificate = selfSignedCertificate();
    const secure = await Receiver.start(undefined, (listener) => createSecureServer(certificate, listener));
    const url = `https://localhost:${secure.port}/`;
    const failure = await failing(dispatch(webhook(http, { url })));
    await secure.stop();
    expect(failure).toMatchObject({ retry: 'configuration', code: 'WEBHOOK_TLS' });
    expect(failure.message).toMatch(/SELF_SIGNED/);
    expect(secure.received).toHaveLength(0);
  });

  it('is a matter of configuration where https meets a plain server', async () => {
    const url = receiver.origin.replace('http:', 'https:');
    expect(await failing(dispatch(webhook(http, { url })))).toMatchObject({
      retry: 'configuration',
      code: 'WEBHOOK_TLS',
    });
  });
});

describe('dispatchBatch', () => {
  it('makes a request per item, and gives a result per item in order', async () => {
    receiver.answer = ({ body }, response) => response.writeHead(body === '2' ? 422 : 200).end();
    const destination = webhook(http, { url: receiver.origin }, { concurrency: 3 });
    const results = await destination.dispatchBatch(items(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), context());
    expect(results.map(({ ok }) => ok)).toEqual([true, true, false, true, true, true, true, true, true, true]);
    expect(results[2]).toMatchObject({ error: { code: 'WEBHOOK_REJECTED' } });
    expect(receiver.received.map(({ headers }) => headers['idempotency-key']).sort()).toEqual(
      items(0, 1, 2, 3, 4, 5, 6, 7, 8, 9).map(({ idempotencyKey }) => idempotencyKey),
    );
  });

  it('has as many requests under way as concurrency says', async () => {
    let underWay = 0;
    let most = 0;
    receiver.answer = (_received, response) => {
      most = Math.max(most, ++underWay);
      setTimeout(() => {
        underWay--;
        response.end();
      }, 5);
    };
    const destination = webhook(http, { url: receiver.origin }, { concurrency: 3 });
    await destination.dispatchBatch(items(...Array.from({ length: 12 }, (_, index) => index)), context());
    expect(most).toBe(3);
  });

  it('does not try the rest where the destination as a whole fails', async () => {
    receiver.answer = status(503, '', { 'retry-after': '3' });
    const destination = webhook(http, { url: receiver.origin }, { concurrency: 2 });
    const results = await destination.dispatchBatch(items(0, 1, 2, 3, 4, 5), context());
    expect(receiver.received).toHaveLength(2);
    expect(results).toHaveLength(6);
    expect(results.every(({ ok }) => !ok)).toBe(true);
    expect(results[5]).toMatchObject({ error: { code: 'WEBHOOK_UNAVAILABLE', retryAfterMs: 3_000 } });
  });

  it('makes one request with a list in batch mode, with an id of its own', async () => {
    const destination = webhook(http, { url: receiver.origin }, { batch: true });
    const sent = items({ a: 1 }, 'two', null);
    const results = await destination.dispatchBatch(sent, context());
    expect(results).toEqual([{ ok: true }, { ok: true }, { ok: true }]);
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]?.body).toBe('[{"a":1},"two",null]');
    expect(receiver.received[0]?.headers['webhook-id']).toBe(batchKey(sent.map((item) => item.idempotencyKey)));
    await dispatch(destination);
    expect(receiver.received[1]?.body).toBe('[{"a":1}]');
  });

  it('throws what a batch as a whole was refused with', async () => {
    receiver.answer = status(413);
    const destination = webhook(http, { url: receiver.origin }, { batch: true });
    expect(await failing(destination.dispatchBatch(items(1, 2), context()))).toMatchObject({ retry: 'permanent' });
  });
});

describe('check', () => {
  it.each([
    [204, true],
    [403, true],
    [404, true],
    [405, true],
    [501, true],
    [401, false],
    [301, false],
    [503, false],
  ])('an answer of %i to OPTIONS: ok is %s', async (code, ok) => {
    receiver.answer = status(code);
    const destination = webhook(http, { url: receiver.origin, token: 'abc' });
    const result = await destination.check(context());
    expect(result.ok).toBe(ok);
    expect(result.steps?.[0]).toMatchObject({ name: 'reachable', ok: true });
    expect(receiver.received[0]).toMatchObject({
      method: 'OPTIONS',
      body: '',
      headers: { authorization: 'Bearer abc' },
    });
  });

  it('says why nothing is reachable', async () => {
    const { origin } = receiver;
    await receiver.stop();
    const result = await webhook(http, { url: origin }).check(context());
    expect(result).toMatchObject({ ok: false, steps: [{ name: 'reachable', ok: false }] });
    expect(result.message).toContain('ECONNREFUSED');
  });
});

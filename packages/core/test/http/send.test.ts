import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendBy, type Http, type HttpAnswer, type HttpExchange } from '@dest/core';
import { failureOf } from '../../src/errors/failure';
import { createHttp } from '../../src/http/create-http';

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/path?query=1`);
}

/** The host's client, and any fetch of an application's own. */
const clients: readonly [string, () => Http][] = [
  ['the host’s client', client],
  ['a fetch without send', () => fetch],
];

function client(policy: { allow: readonly string[] } = { allow: ['127.0.0.1'] }): ReturnType<typeof createHttp> {
  const http = createHttp(policy);
  closers.push(() => http.close());
  return http;
}

describe.each(clients)('one request by %s', (_name, make) => {
  const send = (request: Parameters<ReturnType<typeof sendBy>>[0]): HttpExchange => sendBy(make())(request);

  test('gets its answer: status, headers, body', async () => {
    const url = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.setHeader('X-Two', ['a', 'b']);
        response.statusCode = 202;
        response.end(
          `${request.method} ${request.url} ${String(request.headers['x-mine'])} ${Buffer.concat(chunks).toString()}`,
        );
      });
    });
    const { answer } = send({ url, method: 'PUT', headers: { 'x-mine': 'me' }, body: 'größe' });
    const { status, headers, body, complete }: HttpAnswer = await answer;
    expect([status, headers['x-two'], complete]).toEqual([202, 'a, b', true]);
    expect(new TextDecoder().decode(body)).toBe('PUT /path?query=1 me größe');
  });

  test('follows no redirect', async () => {
    const url = await serve((_request, response) => response.writeHead(302, { location: '/other' }).end());
    const answer = await send({ url, method: 'GET' }).answer;
    expect([answer.status, answer.headers['location']]).toEqual([302, '/other']);
  });

  test('keeps the beginning of a long answer, and reads no endless one', async () => {
    const url = await serve((request, response) => {
      const timer = setInterval(() => response.write('x'.repeat(10_000)), 1);
      request.socket.on('close', () => clearInterval(timer));
    });
    const { status, body, complete } = await send({ url, method: 'GET' }).answer;
    expect([status, body.length, complete]).toEqual([200, 8_192, false]);
  });

  test('is given up with a reason', async () => {
    let closed = false;
    const url = await serve((request) => request.socket.on('close', () => (closed = true)));
    const { answer, giveUp } = send({ url, method: 'GET' });
    const reason = new Error('enough');
    setTimeout(() => giveUp(reason), 20);
    await expect(answer).rejects.toBe(reason);
    while (!closed) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  test('goes to no port of another protocol', async () => {
    const { answer } = send({ url: new URL('http://127.0.0.1:25/'), method: 'GET' });
    await expect(answer).rejects.toMatchObject({ cause: { message: 'bad port' } });
  });
});

test('an address that the policy blocks is refused, and so is what is sent after the end', async () => {
  const url = await serve((_request, response) => response.end());
  const blocked = await client({ allow: [] }).send({ url, method: 'GET' }).answer.catch(failureOf);
  expect(blocked).toMatchObject({ retry: 'configuration', code: 'NETWORK_ADDRESS_BLOCKED' });
  const scheme = await client()
    .send({ url: new URL('ftp://127.0.0.1/'), method: 'GET' })
    .answer.catch(failureOf);
  expect(scheme).toMatchObject({ code: 'NETWORK_SCHEME_REFUSED' });
  const http = client();
  await http.close();
  expect(await http.send({ url, method: 'GET' }).answer.catch(failureOf)).toMatchObject({ code: 'HTTP_CLOSED' });
});

test('what is given up before it began is never sent', async () => {
  let requests = 0;
  const url = await serve((_request, response) => {
    requests++;
    response.end();
  });
  const http = client();
  const { answer, giveUp } = http.send({ url, method: 'GET' });
  giveUp(new Error('no'));
  await expect(answer).rejects.toThrow('no');
  expect((await http.send({ url, method: 'GET' }).answer).status).toBe(200);
  expect(requests).toBe(1);
});

test('answers that come before the answer are passed by', async () => {
  const url = await serve((_request, response) => {
    response.writeEarlyHints({ link: '</a>; rel=preload' });
    response.writeHead(201).end('done');
  });
  expect((await client().send({ url, method: 'GET' }).answer).status).toBe(201);
});

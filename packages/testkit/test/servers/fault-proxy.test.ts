import { setTimeout } from 'node:timers/promises';
import { FakeHttpServer, FaultProxy } from '../../src/index';

let server: FakeHttpServer;
let proxy: FaultProxy;

beforeEach(async () => {
  server = await FakeHttpServer.start(({ body }) => ({ body: `got ${body}` }));
  proxy = await FaultProxy.start(server.port);
});

afterEach(async () => {
  await proxy.stop();
  await server.stop();
});

/** One request by a connection of its own. */
async function post(body = 'text', ms = 5_000): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${proxy.port}/`, {
    method: 'POST',
    body,
    headers: { connection: 'close' },
    signal: AbortSignal.timeout(ms),
  });
  return response.text();
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'none',
    (error: { readonly name: string; readonly cause?: { readonly code?: string } }) => error.cause?.code ?? error.name,
  );
}

test('hands everything on, and keeps what clients sent', async () => {
  expect(await post('plain')).toBe('got plain');
  expect(proxy.heard).toContain('plain');
  expect(proxy.accepted).toBe(1);
});

test('refuses connections, and takes them again at the same port', async () => {
  const { port } = proxy;
  await proxy.fail('refuse');
  expect(await codeOf(post())).toBe('ECONNREFUSED');
  await proxy.mend();
  expect(proxy.port).toBe(port);
  expect(await post()).toBe('got text');
});

test('resets connections, before the server has heard of it', async () => {
  await proxy.fail('reset');
  expect(await codeOf(post())).toMatch(/ECONNRESET|UND_ERR_SOCKET/);
  expect(server.requests).toEqual([]);
});

test('lets nothing through while it hangs, and hands it on afterwards', async () => {
  await proxy.fail('hang');
  const posting = post();
  await setTimeout(50);
  expect(server.requests).toEqual([]);
  await proxy.mend();
  expect(await posting).toBe('got text');
});

test('loses answers to what arrived', async () => {
  await proxy.fail('lose-answers');
  // Enough for it to arrive, also on a machine that has much to do.
  expect(await codeOf(post('text', 1_000))).toBe('TimeoutError');
  expect(server.requests).toHaveLength(1);
});

test('is slow, and loses nothing', async () => {
  await proxy.fail('slow');
  const text = 'x'.repeat(100_000);
  const begun = performance.now();
  expect(await post(text)).toBe(`got ${text}`);
  expect(performance.now() - begun).toBeGreaterThan(80);
});

test('cuts what is open, and takes what comes then', async () => {
  await proxy.fail('hang');
  const posting = codeOf(post());
  while (proxy.connections === 0) await setTimeout(2);
  proxy.cut();
  expect(await posting).toMatch(/ECONNRESET|UND_ERR_SOCKET/);
  await proxy.mend();
  expect(await post()).toBe('got text');
});

test('changes from one fault to another', async () => {
  await proxy.fail('refuse');
  await proxy.fail('reset');
  expect(await codeOf(post())).toMatch(/ECONNRESET|UND_ERR_SOCKET/);
  await proxy.fail('refuse');
  await proxy.stop();
});

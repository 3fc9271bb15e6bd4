import { FakeHttpServer, type FakeHttpAnswer } from '../../src/index';

let server: FakeHttpServer;

beforeEach(async () => (server = await FakeHttpServer.start()));
afterEach(() => server.stop());

async function post(body = 'text', ms = 5_000): Promise<Response> {
  return fetch(`${server.origin}/path?a=1`, { method: 'POST', body, signal: AbortSignal.timeout(ms) });
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'none',
    (error: { readonly name: string; readonly cause?: { readonly code?: string } }) => error.cause?.code ?? error.name,
  );
}

test('keeps what it was sent, and what of that it took', async () => {
  server.answer = (_request, count) => ({ status: count === 1 ? 500 : 200 });
  await post('first');
  await post('second');
  expect(server.requests).toMatchObject([
    { method: 'POST', url: '/path?a=1', body: 'first' },
    { body: 'second', headers: { 'content-length': '6' } },
  ]);
  expect(server.taken.map(({ body }) => body)).toEqual(['second']);
});

test('answers with status, headers and body, when it is time', async () => {
  server.answer = () => ({ status: 201, headers: { location: '/1' }, body: { id: 1 }, delayMs: 50 });
  const begun = performance.now();
  const response = await post();
  expect([response.status, response.headers.get('location'), await response.json()]).toEqual([201, '/1', { id: 1 }]);
  expect(performance.now() - begun).toBeGreaterThan(45);
});

test.each([
  ['hang', 'TimeoutError'],
  ['reset', /ECONNRESET|UND_ERR_SOCKET/],
  ['close', /ECONNRESET|UND_ERR_SOCKET/],
] as const)('does this instead of answering: %s', async (instead, code) => {
  server.answer = () => ({ instead });
  const found = await codeOf(post('text', 200));
  expect(found).toEqual(typeof code === 'string' ? code : expect.stringMatching(code));
});

test('ends in the middle of an answer', async () => {
  server.answer = (): FakeHttpAnswer => ({ body: 'part', instead: 'cut' });
  const response = await post();
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow();
});

describe('its faults', () => {
  test.each([
    ['limitRate', () => server.faults.limitRate(6_500), 429],
    ['beUnavailable', () => server.faults.beUnavailable(), 503],
    ['refuseCredentials', () => server.faults.refuseCredentials(), 401],
    ['refuseItems', () => server.faults.refuseItems('text'), 422],
    ['postponeItems', () => server.faults.postponeItems('text'), 425],
  ])('%s answers with a status, until it is mended', async (_name, set, status) => {
    set();
    const response = await post();
    expect(response.status).toBe(status);
    if (status === 429) expect(response.headers.get('retry-after')).toBe('7');
    server.faults.mend();
    expect((await post()).status).toBe(200);
  });

  test('only items that hold the text are refused', async () => {
    server.faults.refuseItems('other');
    expect((await post('text')).status).toBe(200);
  });

  test('echo tells all that it was sent', async () => {
    server.faults.echo();
    const { method, url, body } = (await (await post()).json()) as Record<string, unknown>;
    expect({ method, url, body }).toEqual({ method: 'POST', url: '/path?a=1', body: 'text' });
  });
});

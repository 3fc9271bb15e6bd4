import { failureOf, type Failure } from '@dest/core';
import {
  aContext,
  aDestination,
  anEvent,
  FakeHttpServer,
  hostBindings,
  type FakeHttpAnswer,
  type HostBindings,
} from '@dest/testkit';
import { TemplateDestination } from '../templates/typescript/src/index';

let server: FakeHttpServer;
let host: HostBindings;

beforeEach(async () => {
  server = await FakeHttpServer.start();
  host = hostBindings();
});

afterEach(async () => {
  await host.close();
  await server.stop();
});

interface Settings {
  readonly url?: string;
  readonly token?: string;
  readonly init?: object;
  readonly bindings?: HostBindings;
}

function create({
  url = server.origin,
  token = 'secret-1',
  init = {},
  bindings = host,
}: Settings = {}): TemplateDestination {
  return aDestination(TemplateDestination, { credentials: { production: { url, token } }, init, host: bindings });
}

async function failureOfSending(destination: TemplateDestination): Promise<Failure | undefined> {
  try {
    await destination.dispatchEvent({ a: 1 }, undefined, undefined, anEvent(), aContext());
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}

test('the method is a parameter', async () => {
  expect(await failureOfSending(create())).toBeUndefined();
  expect(await failureOfSending(create({ init: { method: 'PUT' } }))).toBeUndefined();
  expect(server.taken.map(({ method, body }) => [method, body])).toEqual([
    ['POST', '{"a":1}'],
    ['PUT', '{"a":1}'],
  ]);
});

const configuration = { retry: 'configuration', scope: 'destination' };
const refused = { retry: 'permanent', scope: 'item' };
const busy = { retry: 'transient', scope: 'destination' };

test.each<readonly [FakeHttpAnswer, object]>([
  [{ status: 302, headers: { location: '/elsewhere' } }, configuration],
  [{ status: 304 }, configuration],
  [{ status: 400 }, refused],
  [{ status: 401 }, configuration],
  [{ status: 403 }, configuration],
  [{ status: 404 }, configuration],
  [{ status: 408 }, busy],
  [{ status: 413 }, refused],
  [{ status: 422 }, refused],
  [
    { status: 429, headers: { 'retry-after': '7' } },
    { ...busy, retryAfterMs: 7_000 },
  ],
  [{ status: 500 }, busy],
  [{ status: 503, headers: { 'retry-after': 'soon' } }, busy],
])('what %j means', async (answer, expected) => {
  server.answer = () => answer;
  const failure = await failureOfSending(create());
  const { code, message, retryAfterMs = 0, ...rest } = failure as Failure;
  expect({ ...rest, ...(retryAfterMs > 0 ? { retryAfterMs } : {}) }).toEqual(expected);
  expect({ code, message }).toEqual({
    code: `TEMPLATE_HTTP_${answer.status}`,
    message: expect.stringContaining(String(answer.status)),
  });
  expect(server.requests).toHaveLength(1);
});

test('what the network policy refuses is for the operator', async () => {
  const strict = hostBindings({ allow: [] });
  const failure = await failureOfSending(create({ bindings: strict }));
  await strict.close();
  expect(failure).toMatchObject({ retry: 'configuration', code: 'NETWORK_ADDRESS_BLOCKED' });
});

test.each([
  ['url', { url: 'ftp://example.com' }],
  ['url', { url: 'http://user:secret-2@example.com' }],
  ['token', { token: 'secret-3\n' }],
])('a %s that no request can have is refused: %j', (name, settings) => {
  const creating = (): unknown => create(settings);
  expect(creating).toThrow(expect.objectContaining({ message: expect.stringContaining(name) }));
  expect(creating).toThrow(expect.objectContaining({ message: expect.not.stringContaining('secret-3') }));
});

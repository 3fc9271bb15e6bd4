import { failureOf, type Logger } from '@dest/core';
import type { PulsarCredentials, PulsarDestination } from '@dest/pulsar';
import { batchContext, batchItem, lifecycle } from '../support/contexts';
import { createDestination } from '../support/create-destination';
import { failure } from '../support/failure';
import { FakeBroker, type Behaviour } from '../support/fake-broker';
import { FakeIssuer, type IssuerBehaviour } from '../support/fake-issuer';

const SECRET = 'the-cl1ent-s3cret';

let broker: FakeBroker;
let issuer: FakeIssuer | undefined;
const destinations: PulsarDestination[] = [];

afterEach(async () => {
  for (const destination of destinations.splice(0)) await destination.close();
  await broker.stop();
  await issuer?.stop();
  issuer = undefined;
});

async function open(
  given: Partial<PulsarCredentials>,
  behaviour: Behaviour = {},
  logger: Partial<Logger> = {},
): Promise<PulsarDestination> {
  broker = await FakeBroker.start(behaviour);
  const destination = createDestination({ production: { host: broker.host, ...given } });
  destinations.push(destination);
  const context = lifecycle();
  await destination.open({ ...context, logger: { ...context.logger, ...logger } });
  return destination;
}

async function withIssuer(behaviour: IssuerBehaviour = {}): Promise<Pick<PulsarCredentials, 'oauth2'>> {
  issuer = await FakeIssuer.start(behaviour);
  return { oauth2: { issuerUrl: issuer.url, clientId: 'dest', clientSecret: SECRET } };
}

const authorizations = (): (string | undefined)[] => broker.requests.map(({ headers }) => headers.authorization);

/** Refuses every token but those that are good. */
const onlyTakes =
  (good: ReadonlySet<string>): NonNullable<Behaviour['refuse']> =>
  ({ headers }) =>
    good.has(headers.authorization ?? '') ? undefined : { status: 401 };

it('shows user and password in a header, and nowhere else', async () => {
  await open({ username: 'dest', password: 'pässword' });

  expect(authorizations()).toEqual([`Basic ${Buffer.from('dest:pässword').toString('base64')}`]);
  expect(broker.requests[0]?.url).not.toContain('dest:');
});

it('takes password and its Base64 out of what a server repeats', async () => {
  const encoded = Buffer.from('dest:passw0rd').toString('base64');
  const body = `<title>Error 401 not passw0rd, nor ${encoded}</title>`;

  const refused = await failure(
    open({ username: 'dest', password: 'passw0rd' }, { refuse: () => ({ status: 401, body }) }),
  );

  expect(refused).toMatchObject({ retry: 'configuration', code: 'PULSAR_NOT_AUTHENTICATED' });
  expect(refused.message).toContain('401 not ***, nor ***');
});

it('shows a token of OAuth 2.0', async () => {
  const destination = await open(await withIssuer());

  await destination.dispatchBatch([batchItem(1, 'e1:orders')], batchContext());

  expect(authorizations()).toEqual(['Bearer token-1']);
  expect(broker.payloads).toEqual(['1']);
});

it('connects again with a new token where the old one is refused, and loses nothing', async () => {
  const good = new Set(['Bearer token-1']);
  const oauth2 = await withIssuer();
  const destination = await open(oauth2, { refuse: onlyTakes(good) });

  // Revoked while the connection is open, which goes on until it ends.
  good.clear();
  good.add('Bearer token-2');
  broker.clients[0]?.socket.terminate();
  const results = await destination.dispatchBatch([batchItem(1, 'e1:orders')], batchContext());

  expect(results).toEqual([{ ok: true }]);
  expect(authorizations()).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
  expect(issuer?.asked).toHaveLength(2);
});

it('asks no second time where the first token is refused at once', async () => {
  const refused = await failure(open(await withIssuer(), { refuse: () => ({ status: 401 }) }));

  expect(refused).toMatchObject({ retry: 'configuration', code: 'PULSAR_NOT_AUTHENTICATED' });
  expect(issuer?.asked).toHaveLength(1);
});

it.each([
  [401, '{"error":"invalid_client"}', 'configuration', 'PULSAR_OAUTH2_REFUSED'],
  [503, '', 'transient', 'PULSAR_OAUTH2_UNAVAILABLE'],
])('an issuer that answers %d %s is heard of, and Pulsar is not asked', async (status, body, retry, code) => {
  const oauth2 = await withIssuer({ refuse: () => ({ status, body }) });

  expect(await failure(open(oauth2))).toMatchObject({ retry, scope: 'destination', code });

  const checked = await createDestination({ production: { host: broker.host, ...oauth2 } }).check(lifecycle());
  expect(checked.steps?.map(({ name, ok }) => [name, ok])).toEqual([['authenticated', false]]);
  expect(broker.requests).toEqual([]);
});

it('waits for an issuer that is down for the moment while it connects again', async () => {
  const oauth2 = await withIssuer({
    expiresIn: 0.001,
    refuse: (asked) => (asked === 2 ? { status: 503 } : undefined),
  });
  const destination = await open(oauth2);
  broker.clients[0]?.socket.terminate();

  const results = await destination.dispatchBatch([batchItem(1, 'e1:orders')], batchContext());

  expect(results.map((result) => (result.ok ? 'ok' : failureOf(result.error).code))).toEqual(['ok']);
  expect(authorizations()).toEqual(['Bearer token-1', 'Bearer token-3']);
});

it('warns where credentials leave the machine unencrypted, without them', async () => {
  const warned: unknown[] = [];
  const destination = createDestination({ production: { host: 'ws://broker.invalid:8080', token: 's3cret' } });
  destinations.push(destination);
  const context = lifecycle();
  const logger = { ...context.logger, warn: (...said: unknown[]) => void warned.push(said) };

  await failure(destination.open({ ...context, logger }));
  await open({ token: 's3cret' }, {}, logger);

  expect(warned).toHaveLength(1);
  expect(JSON.stringify(warned)).toMatch(/unencrypted.*broker\.invalid/);
  expect(JSON.stringify(warned)).not.toContain('s3cret');
});

import type { TLSSocket, TlsOptions } from 'node:tls';
import type { PulsarCredentials } from '@dest/pulsar';
import { batchContext, batchItem, lifecycle } from '../support/contexts';
import { certificatePath, certificateText } from '../support/certificates';
import { createDestination } from '../support/create-destination';
import { failure } from '../support/failure';
import { FakeBroker } from '../support/fake-broker';

const AUTHORITY = certificateText('authority.crt');

let broker: FakeBroker;

afterEach(async () => broker.stop());

/** Starts a broker with a certificate of the fixtures. */
async function startBroker(certificate: string, more: TlsOptions = {}): Promise<void> {
  const [cert, key] = [certificateText(`${certificate}.crt`), certificateText(`${certificate}.key`)];
  broker = await FakeBroker.start({}, { cert, key, ...more });
}

/** Opens a destination, sends a message and closes it. */
async function send(tls: Partial<NonNullable<PulsarCredentials['tls']>>, host = broker.host): Promise<void> {
  const destination = createDestination({ production: { host, tls: { verifyHostname: true, ...tls } } });
  try {
    await destination.open(lifecycle());
    const results = await destination.dispatchBatch([batchItem(1, 'e1:orders')], batchContext());
    expect(results).toEqual([{ ok: true }]);
  } finally {
    await destination.close();
  }
}

it.each([
  ['a path', certificatePath('authority.crt')],
  ['a text', AUTHORITY],
])('trusts the authority that is given as %s', async (_how, trustCertificate) => {
  await startBroker('broker');

  await send({ trustCertificate });

  expect(broker.payloads).toEqual(['1']);
});

it.each<[string, string, Partial<NonNullable<PulsarCredentials['tls']>>, RegExp]>([
  ['nobody trusts', 'broker', {}, /not trusted.*trustCertificate/],
  [
    'another authority signed',
    'broker',
    { trustCertificate: certificateText('expired.crt') },
    /not trusted.*trustCertificate/,
  ],
  ['has expired', 'expired', { trustCertificate: AUTHORITY }, /CERT_HAS_EXPIRED.*expired/],
  [
    'is for another name',
    'other-name',
    { trustCertificate: AUTHORITY },
    /ERR_TLS_CERT_ALTNAME_INVALID.*verifyHostname/,
  ],
])('a certificate that %s is the configuration', async (_what, certificate, tls, message) => {
  await startBroker(certificate);

  const refused = await failure(send(tls));

  expect(refused).toMatchObject({ retry: 'configuration', scope: 'destination', code: 'PULSAR_TLS_REFUSED' });
  expect(refused.message).toMatch(message);
});

it('takes a certificate for another name where it is told to, and still no untrusted one', async () => {
  await startBroker('other-name');

  await send({ trustCertificate: AUTHORITY, verifyHostname: false });

  expect(await failure(send({ verifyHostname: false }))).toMatchObject({ code: 'PULSAR_TLS_REFUSED' });
});

describe('a broker that wants a client certificate', () => {
  const wanted: TlsOptions = { ca: AUTHORITY, requestCert: true, rejectUnauthorized: true };

  it('is shown it', async () => {
    await startBroker('broker', wanted);

    await send({
      trustCertificate: AUTHORITY,
      clientCertificate: certificatePath('client.crt'),
      clientKey: certificatePath('client.key'),
    });

    const shown = (broker.requests[0]?.socket as TLSSocket).getPeerCertificate();
    expect(shown.subject.CN).toBe('client');
    expect(broker.requests[0]?.headers.authorization).toBeUndefined();
  });

  it('refuses who has none, which is the configuration', async () => {
    await startBroker('broker', { ...wanted, maxVersion: 'TLSv1.2' });

    const refused = await failure(send({ trustCertificate: AUTHORITY }));

    expect(refused).toMatchObject({ retry: 'configuration', code: 'PULSAR_TLS_REFUSED' });
    expect(refused.message).toMatch(/clientCertificate/);
  });
});

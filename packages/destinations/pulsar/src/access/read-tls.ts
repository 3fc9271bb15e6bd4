import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { ConfigurationError, messageOf, type Files } from '@dest/core';
import type { PulsarCredentials } from '../credentials';
import type { TlsMaterial } from './access';
import type { PemSource } from './pem-source';
import { readTextOrFile } from './read-text-or-file';

const PEM = /^\s*-----BEGIN /;

/**
 * Reads certificates and the key, and sees that they are what they should be.
 * Throws a ConfigurationError: PULSAR_FILE_UNREADABLE, PULSAR_CERTIFICATE_INVALID.
 */
export async function readTls(tls: PulsarCredentials['tls'], files: Files): Promise<TlsMaterial> {
  const { trustCertificate, clientCertificate, clientKey, verifyHostname = true } = tls ?? {};
  const read = async (name: string, value: string, secret: boolean): Promise<PemSource> =>
    readTextOrFile({ field: `credentials.tls.${name}`, value, textStart: PEM, secret }, files);

  const material: { -readonly [Name in keyof TlsMaterial]: TlsMaterial[Name] } = { verifyHostname };
  if (trustCertificate !== undefined) {
    material.trust = await read('trustCertificate', trustCertificate, false);
    tried('trustCertificate', 'a certificate', () => new X509Certificate(material.trust?.text ?? ''));
  }
  if (clientCertificate !== undefined && clientKey !== undefined) {
    const certificate = await read('clientCertificate', clientCertificate, false);
    const key = await read('clientKey', clientKey, true);
    tried('clientCertificate', 'a certificate', () => new X509Certificate(certificate.text));
    tried('clientKey', 'a private key that is not encrypted', () => createPrivateKey(key.text));
    tried('clientKey', 'the private key of clientCertificate', () =>
      createSecureContext({ cert: certificate.text, key: key.text }),
    );
    material.client = { certificate, key };
  }
  return material;
}

function tried(name: string, expected: string, use: () => unknown): void {
  try {
    use();
  } catch (cause) {
    throw new ConfigurationError(
      `credentials.tls.${name}: should be ${expected} in PEM, which begins with -----BEGIN; it can't be used: ${messageOf(cause)}.`,
      { code: 'PULSAR_CERTIFICATE_INVALID', cause },
    );
  }
}

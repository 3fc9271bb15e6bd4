import { generateKeyPairSync, sign } from 'node:crypto';

/** A fresh key and a certificate for `localhost` that nobody vouches for, as PEM. */
export function selfSignedCertificate(): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = sequence(der(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
  const commonName = sequence(der(0x06, Buffer.from('550403', 'hex')), der(0x0c, Buffer.from('localhost')));
  const name = sequence(der(0x31, commonName));
  const validity = sequence(der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from('491231235959Z')));
  const toSign = sequence(
    der(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', toSign, privateKey)]));
  const certificate = sequence(toSign, ecdsaWithSha256, signature);
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`,
  };
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

/** One element in the distinguished encoding rules (ITU-T X.690). */
function der(tag: number, content: Buffer): Buffer {
  const long = content.length.toString(16);
  const digits = Buffer.from(long.padStart(long.length + (long.length % 2), '0'), 'hex');
  const length = content.length < 128 ? Buffer.from([content.length]) : Buffer.from([0x80 | digits.length, ...digits]);
  return Buffer.concat([Buffer.from([tag]), length, content]);
}

import type { Access } from '../access/access';
import { hasTls } from '../host';
import type { NativeBinding, NativeClientSettings } from './native-binding';
import type { PemFiles } from './pem-files';

const OPERATION_TIMEOUT_SECONDS = 10;

/** What the native client is made with. */
export function nativeClientSettings(binding: NativeBinding, access: Access, files: PemFiles): NativeClientSettings {
  const authentication = authenticationOf(binding, access, files);
  return {
    serviceUrl: access.host,
    operationTimeoutSeconds: OPERATION_TIMEOUT_SECONDS,
    ...(hasTls(access.host) ? tlsSettings(access, files) : {}),
    ...(authentication === undefined ? {} : { authentication }),
  };
}

function tlsSettings({ tls, authentication }: Access, files: PemFiles): Partial<NativeClientSettings> {
  const { trust, client, verifyHostname } = tls;
  return {
    // The client's own default is not to look at the name.
    tlsValidateHostname: verifyHostname,
    tlsAllowInsecureConnection: false,
    ...(trust === undefined ? {} : { tlsTrustCertsFilePath: files.pathOf(trust) }),
    // Alone it is the authentication, and given there.
    ...(client === undefined || authentication.type === 'certificate'
      ? {}
      : {
          tlsCertificateFilePath: files.pathOf(client.certificate),
          tlsPrivateKeyFilePath: files.pathOf(client.key),
        }),
  };
}

function authenticationOf(
  binding: NativeBinding,
  { authentication, tls: { client } }: Access,
  files: PemFiles,
): object | undefined {
  switch (authentication.type) {
    case 'token':
      return new binding.AuthenticationToken({ token: authentication.token });
    case 'basic': {
      const { username, password } = authentication;
      return new binding.AuthenticationBasic({ username, password });
    }
    case 'oauth2': {
      const { issuerUrl, clientId, clientSecret, audience, scope } = authentication.settings;
      return new binding.AuthenticationOauth2({
        type: 'client_credentials',
        issuer_url: issuerUrl,
        client_id: clientId,
        client_secret: clientSecret,
        ...(audience === undefined ? {} : { audience }),
        ...(scope === undefined ? {} : { scope }),
      });
    }
    default:
      if (client === undefined) return undefined;
      return new binding.AuthenticationTls({
        certificatePath: files.pathOf(client.certificate),
        privateKeyPath: files.pathOf(client.key),
      });
  }
}

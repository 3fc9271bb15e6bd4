import type { OAuth2Settings } from './oauth2-settings';
import type { PemSource } from './pem-source';

/** Whom to trust, and what to show: certificates and keys are read. */
export interface TlsMaterial {
  /** Absent: what the system trusts. */
  readonly trust?: PemSource;
  readonly client?: { readonly certificate: PemSource; readonly key: PemSource };
  readonly verifyHostname: boolean;
}

/** The one way to prove who we are. `certificate` is the client certificate of the TLS material. */
export type Authentication =
  | { readonly type: 'none' }
  | { readonly type: 'certificate' }
  | { readonly type: 'token'; readonly token: string }
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | { readonly type: 'oauth2'; readonly settings: OAuth2Settings };

/** How to get into a cluster: its credentials, with every file read. */
export interface Access {
  readonly host: string;
  readonly tls: TlsMaterial;
  readonly authentication: Authentication;
}

/** What must come up in no message. */
export function secretsOf({ authentication }: Access): readonly string[] {
  switch (authentication.type) {
    case 'token':
      return [authentication.token];
    case 'basic':
      return [authentication.password];
    case 'oauth2':
      return [authentication.settings.clientSecret];
    default:
      return [];
  }
}

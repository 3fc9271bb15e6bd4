import type { Access, Authentication, TlsMaterial } from '../../src/access/access';

/** How to get into a cluster, by a token where there is one. */
export function accessOf(host: string, token?: string, tls: Partial<TlsMaterial> = {}): Access {
  const authentication: Authentication = token === undefined ? { type: 'none' } : { type: 'token', token };
  return { host, authentication, tls: { verifyHostname: true, ...tls } };
}

/** Client credentials of OAuth 2.0 (RFC 6749, 4.4). */
export interface OAuth2Settings {
  readonly issuerUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly audience?: string;
  readonly scope?: string;
}

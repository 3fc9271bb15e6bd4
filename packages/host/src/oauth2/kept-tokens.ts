/** Tokens as they are kept in a file. Times in milliseconds since the epoch. */
export interface KeptTokens {
  /** Of the settings that the access token was fetched by. */
  readonly settings: string;
  readonly accessToken: string;
  /** From when on another is fetched; null where the issuer didn't say how long it lives. */
  readonly renewAt: number | null;
  readonly expiresAt: number | null;
  /** The one that is valid now; absent with client credentials. */
  readonly refreshToken?: string;
}

/** @throws Error for what is no such text */
export function parseKeptTokens(text: string): KeptTokens {
  const { settings, accessToken, renewAt, expiresAt, refreshToken } = membersOf(text);
  if (!isText(settings) || !isText(accessToken) || !isTime(renewAt) || !isTime(expiresAt)) throw new Error('no tokens');
  if (refreshToken !== undefined && !isText(refreshToken)) throw new Error('no refresh token');
  return { settings, accessToken, renewAt, expiresAt, ...(refreshToken === undefined ? {} : { refreshToken }) };
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch {
    // The parser's own words would repeat a piece of the file.
    throw new Error('no JSON');
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isTime(value: unknown): value is number | null {
  return value === null || typeof value === 'number';
}

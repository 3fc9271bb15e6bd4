import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigurationError, messageOf, type OAuth2Client } from '@dest/core';
import { takeLockFile } from '../files/with-lock-file';
import { writePrivateFile } from '../files/write-private-file';
import { parseKeptTokens, type KeptTokens } from './kept-tokens';

/** An issuer is asked under the lock, for its address and for a token, and may take its time. */
const STALE_LOCK_MS = 60_000;

/** Where the tokens of one client are kept. */
export class TokenFile {
  readonly path: string;
  /** The same in any folder. */
  readonly name: string;

  /** @param folder - absolute; made when it is needed */
  constructor(folder: string, name: string) {
    this.name = name;
    this.path = join(folder, name);
  }

  /**
   * Its name tells resource and side, and changes with the issuer, the client and the configured refresh token: a refresh token
   * that was given later belongs to these. It stays where only the secret, the scope or the audience changes.
   */
  static of(folder: string, { resource, debug, settings }: OAuth2Client): TokenFile {
    const side = debug ? 'test' : 'production';
    const { tokenUrl = '', issuerUrl = '', clientId, refreshToken = '' } = settings;
    const lineage = digestOf([resource, side, tokenUrl, issuerUrl, clientId, refreshToken]);
    return new TokenFile(folder, `${resource}.${side}.${lineage}.json`);
  }

  /** Waits until no other process fetches for this client; gives what lets them again. */
  async lock(): Promise<() => Promise<void>> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    return takeLockFile(`${this.path}.lock`, STALE_LOCK_MS);
  }

  /** @throws ConfigurationError `OAUTH2_TOKENS_UNREADABLE` */
  async read(): Promise<KeptTokens | undefined> {
    try {
      return parseKeptTokens(await readFile(this.path, 'utf8'));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new ConfigurationError(
        `The file with the OAuth 2.0 tokens, ${this.path}, can't be read: ${messageOf(cause)}. Restore it, or let it be read; or remove it, ` +
          'grant access again, and set refreshToken in the credentials to the new one.',
        { code: 'OAUTH2_TOKENS_UNREADABLE', cause },
      );
    }
  }

  async write(tokens: KeptTokens): Promise<void> {
    await writePrivateFile(this.path, JSON.stringify(tokens));
  }
}

/** A name for values that is no way back to them. */
export function digestOf(values: unknown): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 16);
}

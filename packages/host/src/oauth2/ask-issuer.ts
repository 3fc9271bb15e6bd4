import { failureOf, parseRetryAfter, type Http } from '@dest/core';
import type { IssuerAnswer } from './issuer-answer';
import { issuerUnreachable } from './issuer-errors';

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 1024 * 1024;
const MAX_WORDS = 300;

export interface AskIssuerOptions {
  readonly http: Http;
  /** What messages call the resource. */
  readonly resource: string;
  /** Takes secrets out of what the issuer says. */
  readonly redact: (text: string) => string;
  readonly now: () => number;
}

/**
 * Sends an issuer a request. No redirect is followed: it would be handed the secret.
 *
 * @throws what `issuerUnreachable` makes of a request that got no answer
 */
export async function askIssuer(url: URL, init: RequestInit, options: AskIssuerOptions): Promise<IssuerAnswer> {
  const { http, resource, redact, now } = options;
  try {
    const headers = { accept: 'application/json', ...(init.headers as Record<string, string> | undefined) };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await http(url, { ...init, headers, redirect: 'manual', signal });
    const text = await beginningOf(response);
    const members = membersOf(text);
    const { error, error_description: description } = members ?? {};
    const named = [error, description].filter((part) => typeof part === 'string').join(': ');
    // A body that is no error of the standard may hold anything, a token too.
    const words = named === '' && response.ok ? '' : redact(named || text.replace(/\s+/g, ' ').trim());
    return {
      url,
      status: response.status,
      members,
      error: typeof error === 'string' ? error : '',
      words: words.slice(0, MAX_WORDS),
      retryAfterMs: parseRetryAfter(response.headers.get('retry-after'), now()),
    };
  } catch (thrown) {
    const { retry, scope } = failureOf(thrown);
    // Already classified, by the network policy for one.
    throw retry !== 'transient' || scope === 'destination' ? thrown : issuerUnreachable(resource, url, thrown);
  }
}

async function beginningOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    parts.push(part);
    size += part.length;
    if (size > MAX_BYTES) break;
  }
  return Buffer.concat(parts).toString('utf8');
}

function membersOf(text: string): IssuerAnswer['members'] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

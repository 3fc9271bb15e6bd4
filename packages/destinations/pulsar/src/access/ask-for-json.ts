import type { Http } from '@dest/core';
import { oauth2Refused, oauth2StatusError, oauth2Unreachable } from './oauth2-error';
import { createScrubber } from './scrubber';

const TIMEOUT_MS = 10_000;
const MOST_BYTES = 1024 * 1024;
const MOST_WORDS = 300;

export interface OAuth2Answer {
  readonly url: URL;
  readonly members: Readonly<Record<string, unknown>>;
}

/**
 * Asks an issuer of tokens for a JSON object. No redirect is followed: it would be handed the secret.
 * @param secrets taken out of what the issuer says
 * Rejects with ConfigurationError or TransientError, both about the destination.
 */
export async function askForJson(
  http: Http,
  url: URL,
  init: RequestInit,
  secrets: readonly string[],
): Promise<OAuth2Answer> {
  const scrub = createScrubber(() => secrets);
  let status: number;
  let retryAfter: string | null;
  let text: string;
  try {
    const response = await http(url, {
      ...init,
      headers: { accept: 'application/json', ...(init.headers as Record<string, string> | undefined) },
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    ({ status } = response);
    retryAfter = response.headers.get('retry-after');
    text = await beginningOf(response);
  } catch (cause) {
    throw oauth2Unreachable(url, cause);
  }
  const members = membersOf(text);
  if (status !== 200) {
    const { error, error_description: description } = members ?? {};
    const named = [error, description].filter((part) => typeof part === 'string').join(': ');
    const words = scrub(named || text.replace(/\s+/g, ' ').trim()).slice(0, MOST_WORDS);
    throw oauth2StatusError(url, { status, words, retryAfter });
  }
  if (members === undefined) throw oauth2Refused(url, 'it answered with something that is no JSON object.');
  return { url, members };
}

async function beginningOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    parts.push(part);
    size += part.length;
    if (size > MOST_BYTES) break;
  }
  return Buffer.concat(parts).toString('utf8');
}

function membersOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

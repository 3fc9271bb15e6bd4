import { STATUS_CODES } from 'node:http';
import { ConfigurationError, PermanentError, TransientError } from '@dest/core';

/** What an answer means: the class and scope of the error, its code, and what to do. */
interface Verdict {
  readonly means: 'configuration' | 'permanent' | 'try the item again' | 'try the destination again';
  readonly code: string;
  readonly advice: string;
}

const CREDENTIALS_REFUSED: Verdict = {
  means: 'configuration',
  code: 'WEBHOOK_CREDENTIALS_REFUSED',
  advice: "Check the token, user name and password, oauth2, or headers in the resource's credentials.",
};
const NOT_FOUND: Verdict = {
  means: 'configuration',
  code: 'WEBHOOK_NOT_FOUND',
  advice: "Check the url in the resource's credentials: every request goes there.",
};
const NOT_SUPPORTED: Verdict = {
  means: 'configuration',
  code: 'WEBHOOK_NOT_SUPPORTED',
  advice: 'The receiver takes no request of this kind: check the url, and method in init.',
};
const BUSY_WITH_ITEM: Verdict = {
  means: 'try the item again',
  code: 'WEBHOOK_NOT_READY',
  advice: 'Look at the receiver, if it goes on.',
};
const UNAVAILABLE: Verdict = {
  means: 'try the destination again',
  code: 'WEBHOOK_UNAVAILABLE',
  advice: 'Look at the receiver, if it goes on.',
};
const REJECTED: Verdict = {
  means: 'permanent',
  code: 'WEBHOOK_REJECTED',
  advice: "The receiver refuses this payload: check the destination's mapping.",
};
const REDIRECTED: Verdict = {
  means: 'configuration',
  code: 'WEBHOOK_REDIRECTED',
  advice: "Redirects are not followed: set the url in the resource's credentials to the final one.",
};

/** Statuses that mean something else than their class does. */
const BY_STATUS: Readonly<Record<number, Verdict>> = {
  401: CREDENTIALS_REFUSED,
  402: { ...CREDENTIALS_REFUSED, code: 'WEBHOOK_PAYMENT_REQUIRED', advice: "Check the receiver's account." },
  403: CREDENTIALS_REFUSED,
  404: NOT_FOUND,
  405: NOT_SUPPORTED,
  407: CREDENTIALS_REFUSED,
  408: UNAVAILABLE,
  410: NOT_FOUND,
  421: UNAVAILABLE,
  423: BUSY_WITH_ITEM,
  425: BUSY_WITH_ITEM,
  426: NOT_SUPPORTED,
  429: { ...UNAVAILABLE, code: 'WEBHOOK_RATE_LIMITED' },
  501: NOT_SUPPORTED,
  505: NOT_SUPPORTED,
};

const BY_CLASS: Readonly<Record<number, Verdict>> = { 3: REDIRECTED, 4: REJECTED, 5: UNAVAILABLE };

export interface Answer {
  readonly method: string;
  readonly origin: string;
  readonly status: number;
  /** The beginning of the answer's body, without secrets. */
  readonly excerpt: string;
  /** Where a redirect points: its origin only. */
  readonly redirectedTo?: string | undefined;
  /** What the receiver asked to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** The error for an answer that isn't 2xx. */
export function statusError(answer: Answer): ConfigurationError | PermanentError | TransientError {
  const verdict = BY_STATUS[answer.status] ?? BY_CLASS[Math.floor(answer.status / 100)] ?? UNAVAILABLE;
  const message = describe(answer, verdict.advice);
  const { code } = verdict;
  switch (verdict.means) {
    case 'configuration':
      return new ConfigurationError(message, { code });
    case 'permanent':
      return new PermanentError(message, { code });
    default:
      return new TransientError(message, {
        code,
        scope: verdict.means === 'try the item again' ? 'item' : 'destination',
        ...(answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs }),
      });
  }
}

function describe(answer: Answer, advice: string): string {
  const status = `${answer.status} ${STATUS_CODES[answer.status] ?? ''}`.trim();
  const pointing = answer.redirectedTo === undefined ? '' : `, pointing to ${answer.redirectedTo}`;
  const body = answer.excerpt === '' ? '' : `: ${answer.excerpt}`;
  const end = /[.!?…]$/.test(body) ? '' : '.';
  return `${answer.method} to ${answer.origin} was answered with ${status}${pointing}${body}${end} ${advice}`;
}

import {
  defaultDelivery,
  failureOf,
  noopLogger,
  type BatchContext,
  type BatchItem,
  type Data,
  type DispatchContext,
  type Failure,
  type Http,
  type OAuth2,
} from '@dest/core';
import { WebhookDestination, type WebhookCredentials, type WebhookInit } from '../../src/index';

/** The time that contexts give: 2021-02-25T15:02:10Z. */
export const NOW = 1_614_265_330_000;

/** What none of them asks for. */
const NO_TOKENS: OAuth2 = { get: () => Promise.reject(new Error('no tokens')), refused: () => false };

const INIT: WebhookInit = {
  method: 'POST',
  headers: {},
  contentType: 'application/json',
  batch: false,
  concurrency: 8,
  timeoutMs: 5_000,
};

export function webhook(
  http: Http,
  credentials: WebhookCredentials,
  init: Partial<WebhookInit> = {},
): WebhookDestination {
  return new WebhookDestination(
    false,
    {
      id: 'hook',
      name: 'Hook',
      description: '',
      tags: [],
      enabled: true,
      version: '1',
      credentials: { production: credentials },
    },
    {
      id: 'orders',
      name: 'Orders',
      description: '',
      package: '@dest/webhook',
      init: { ...INIT, ...init },
      form: {},
      enabled: true,
      tags: [],
      onProfileChangeOnly: false,
      delivery: defaultDelivery,
    },
    http,
    NO_TOKENS,
  );
}

export function context(part: Partial<DispatchContext> = {}): DispatchContext & BatchContext {
  return {
    signal: new AbortController().signal,
    attempt: 1,
    possiblyDelivered: false,
    idempotencyKey: 'envelope-1:orders',
    logger: noopLogger,
    now: () => NOW,
    ...part,
  };
}

export function items(...data: readonly Data[]): BatchItem[] {
  return data.map((value, index) => ({
    kind: 'event',
    data: value,
    json: JSON.stringify(value),
    attempt: 1,
    possiblyDelivered: false,
    idempotencyKey: `envelope-${index}:orders`,
  }));
}

/** What became of a promise that should fail, with the error itself. */
export async function failing(promise: Promise<unknown>): Promise<Failure & { readonly error: unknown }> {
  return promise.then(
    () => {
      throw new Error('should have failed');
    },
    (error: unknown) => ({ ...failureOf(error), error }),
  );
}

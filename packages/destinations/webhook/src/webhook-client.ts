import { TransientError, type Http } from '@dest/core';
import { headerSafeKey, webhookId } from './message-id';
import { networkError } from './network-error';
import { parseRetryAfter } from './parse-retry-after';
import { readExcerpt } from './read-excerpt';
import type { RequestPlan } from './request-plan';
import { signWebhook } from './sign-webhook';
import { statusError, type Answer } from './status-error';

/** What a request is made of, apart from what all have in common. */
export interface Message {
  readonly idempotencyKey: string;
  /** JSON text. */
  readonly body: string;
}

/** The part of a context that a request needs. */
export interface RequestContext {
  readonly signal: AbortSignal;
  now(): number;
}

/** Sends requests by one plan, each under its timeout, and reads what became of them. */
export class WebhookClient {
  readonly #http: Http;
  readonly #plan: RequestPlan;
  readonly #underWay = new Set<AbortController>();

  constructor(http: Http, plan: RequestPlan) {
    this.#http = http;
    this.#plan = plan;
  }

  /** Sends one message; resolves when it was answered with 2xx. Throws the error of the contract that fits otherwise. */
  async send(message: Message, context: RequestContext): Promise<void> {
    const { method, headers } = this.#plan;
    const answer = await this.#request(
      { method, body: message.body, headers: { ...headers, ...this.#messageHeaders(message, context.now()) } },
      context,
    );
    if (answer.status < 200 || answer.status > 299) throw statusError(answer);
  }

  /** Asks the receiver for its options, which changes nothing there. Throws where no answer came. */
  async probe(context: RequestContext): Promise<Answer> {
    const headers = new Headers(this.#plan.headers);
    headers.delete('content-type');
    return this.#request({ method: 'OPTIONS', headers }, context);
  }

  /** Aborts what is under way. */
  close(): void {
    const closed = new TransientError(`The request to ${this.#plan.origin} was given up: the destination is closing.`, {
      code: 'WEBHOOK_CLOSED',
      scope: 'destination',
    });
    for (const controller of this.#underWay) controller.abort(closed);
  }

  #messageHeaders(message: Message, now: number): Record<string, string> {
    const { signingKeys } = this.#plan;
    const id = webhookId(message.idempotencyKey);
    const always = { 'idempotency-key': headerSafeKey(message.idempotencyKey), 'webhook-id': id };
    if (signingKeys.length === 0) return always;
    const timestamp = Math.floor(now / 1000);
    return {
      ...always,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signWebhook(signingKeys, id, timestamp, message.body),
    };
  }

  async #request(init: RequestInit & { readonly method: string }, context: RequestContext): Promise<Answer> {
    const { url, origin, timeoutMs, scrub } = this.#plan;
    const { method } = init;
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(timedOut(method, origin, timeoutMs)), timeoutMs);
    const signal = AbortSignal.any([context.signal, controller.signal]);
    this.#underWay.add(controller);
    try {
      const response = await this.#http(url, { ...init, redirect: 'manual', signal });
      const { status } = response;
      const excerpt = await readExcerpt(response, scrub);
      return {
        method,
        origin,
        status,
        excerpt,
        redirectedTo: originOf(response.headers.get('location'), url),
        retryAfterMs: parseRetryAfter(response.headers.get('retry-after'), context.now()),
      };
    } catch (error) {
      if (controller.signal.aborted) throw controller.signal.reason;
      if (signal.aborted) throw abandoned(method, origin);
      throw networkError(error, method, origin);
    } finally {
      clearTimeout(timer);
      this.#underWay.delete(controller);
    }
  }
}

function originOf(location: string | null, base: string): string | undefined {
  if (location === null) return undefined;
  return URL.canParse(location, base) ? new URL(location, base).origin : 'what is no URL';
}

function timedOut(method: string, origin: string, timeoutMs: number): TransientError {
  return new TransientError(`${method} to ${origin} was not answered within ${timeoutMs} ms. It is tried again.`, {
    code: 'WEBHOOK_TIMEOUT',
    scope: 'destination',
  });
}

function abandoned(method: string, origin: string): TransientError {
  return new TransientError(`${method} to ${origin} was not answered before the delivery's deadline.`, {
    code: 'WEBHOOK_ABORTED',
    scope: 'destination',
  });
}

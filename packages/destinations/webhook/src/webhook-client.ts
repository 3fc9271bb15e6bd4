import {
  parseRetryAfter,
  sendBy,
  TransientError,
  type Http,
  type HttpAnswer,
  type HttpExchange,
  type HttpRequest,
  type OAuth2,
} from '@dest/core';
import { headerSafeKey, webhookId } from './message-id';
import { networkError } from './network-error';
import { readExcerpt } from './read-excerpt';
import type { RequestPlan } from './request-plan';
import { RequestsUnderWay } from './requests-under-way';
import { createScrubber, type Scrubber } from './scrubber';
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

/** An answer, and the token that it was asked with. */
interface Answered {
  readonly answer: HttpAnswer;
  readonly token?: string;
}

/** Sends requests by one plan, each under its timeout, and reads what became of them. */
export class WebhookClient {
  readonly #send: (request: HttpRequest) => HttpExchange;
  readonly #plan: RequestPlan;
  readonly #tokens: OAuth2 | undefined;
  readonly #underWay = new RequestsUnderWay();

  /** @param tokens - where the credentials ask for OAuth 2.0 */
  constructor(http: Http, plan: RequestPlan, tokens?: OAuth2) {
    this.#send = sendBy(http);
    this.#plan = plan;
    this.#tokens = tokens;
  }

  /** Sends one message; resolves when it was answered with 2xx. Throws the error of the contract that fits otherwise. */
  async send(message: Message, context: RequestContext): Promise<void> {
    const { method, headers } = this.#plan;
    const answered = await this.#request(
      { method, body: message.body, headers: { ...headers, ...this.#messageHeaders(message, context.now()) } },
      context,
    );
    const { status } = answered.answer;
    if (status < 200 || status > 299) throw statusError(this.#read(answered, method, context.now()));
  }

  /** Asks the receiver for its options, which changes nothing there. Throws where no answer came. */
  async probe(context: RequestContext): Promise<Answer> {
    const { 'content-type': _type, ...headers } = this.#plan.headers;
    return this.#read(await this.#request({ method: 'OPTIONS', headers }, context), 'OPTIONS', context.now());
  }

  /** Aborts what is under way. */
  close(): void {
    const closed = new TransientError(`The request to ${this.#plan.origin} was given up: the destination is closing.`, {
      code: 'WEBHOOK_CLOSED',
      scope: 'destination',
    });
    this.#underWay.giveUpAll(closed);
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

  /** A token that is refused is replaced once: it may have been revoked before its time. */
  async #request(request: Omit<HttpRequest, 'url'>, context: RequestContext): Promise<Answered> {
    const tokens = this.#tokens;
    if (tokens === undefined) return { answer: await this.#exchange(request, context) };
    const sendWithToken = async (): Promise<Answered & { readonly token: string }> => {
      const token = await tokens.get({ signal: context.signal });
      const headers = { ...request.headers, authorization: `Bearer ${token}` };
      return { answer: await this.#exchange({ ...request, headers }, context), token };
    };
    const first = await sendWithToken();
    return first.answer.status === 401 && tokens.refused(first.token) ? sendWithToken() : first;
  }

  async #exchange(request: Omit<HttpRequest, 'url'>, context: RequestContext): Promise<HttpAnswer> {
    const { url, origin, timeoutMs } = this.#plan;
    const { method } = request;
    const { answer, giveUp } = this.#send({ ...request, url });
    let reason: Error | undefined;
    const underWay = { giveUp: (why: Error): void => giveUp((reason ??= why)) };
    const timer = setTimeout(() => underWay.giveUp(timedOut(method, origin, timeoutMs)), timeoutMs);
    const leave = this.#underWay.add(underWay, context.signal, () => abandoned(method, origin));
    try {
      return await answer;
    } catch (error) {
      throw reason ?? networkError(error, method, origin);
    } finally {
      clearTimeout(timer);
      leave();
    }
  }

  #read({ answer, token }: Answered, method: string, now: number): Answer {
    const { url, origin } = this.#plan;
    const scrubToken = createScrubber([token]);
    const scrub: Scrubber = (text, cutOff) => scrubToken(this.#plan.scrub(text, cutOff), cutOff);
    const { status, headers } = answer;
    return {
      method,
      origin,
      status,
      excerpt: readExcerpt(answer, scrub),
      redirectedTo: originOf(headers['location'], url),
      retryAfterMs: parseRetryAfter(headers['retry-after'] ?? null, now),
    };
  }
}

function originOf(location: string | undefined, base: URL): string | undefined {
  if (location === undefined) return undefined;
  return URL.canParse(location, base.href) ? new URL(location, base).origin : 'what is no URL';
}

function timedOut(method: string, origin: string, timeoutMs: number): TransientError {
  return new TransientError(
    `${method} to ${origin} was not answered within ${timeoutMs} ms. Look at the receiver, if it goes on.`,
    {
      code: 'WEBHOOK_TIMEOUT',
      scope: 'destination',
    },
  );
}

function abandoned(method: string, origin: string): TransientError {
  return new TransientError(`${method} to ${origin} was not answered before the delivery's deadline.`, {
    code: 'WEBHOOK_ABORTED',
    scope: 'destination',
  });
}

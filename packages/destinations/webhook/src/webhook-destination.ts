import {
  DestinationInterface,
  HTTP,
  OAUTH2,
  RegisterDestination,
  type BatchContext,
  type BatchItem,
  type CheckResult,
  type Data,
  type Destination,
  type DispatchContext,
  type Event,
  type Http,
  type ItemResult,
  type LifecycleContext,
  type OAuth2,
  type Profile,
  type Resource,
  type Session,
} from '@dest/core';
import { checkWebhook } from './check-webhook';
import { batchKey } from './message-id';
import { planRequests } from './request-plan';
import { sendEach } from './send-each';
import { WebhookClient } from './webhook-client';
import { webhookCredentials, webhookInit, type WebhookCredentials, type WebhookInit } from './webhook-schemas';

/** Delivers by HTTP: a request per delivery, or one with a JSON list per batch, signed where there is a secret. */
@RegisterDestination({
  package: '@dest/webhook',
  title: 'Webhook',
  description: 'One HTTP request per delivery or per batch, with authentication and Standard Webhooks signatures.',
  credentials: webhookCredentials,
  init: webhookInit,
  tags: ['http', 'webhook'],
  inject: [HTTP, OAUTH2],
})
export class WebhookDestination extends DestinationInterface<WebhookCredentials, WebhookInit> {
  readonly #http: Http;
  readonly #oauth2: OAuth2;
  #client: WebhookClient | undefined;

  constructor(
    debug: boolean,
    resource: Resource<WebhookCredentials>,
    destination: Destination<WebhookInit>,
    http: Http,
    oauth2: OAuth2,
  ) {
    super(debug, resource, destination);
    this.#http = http;
    this.#oauth2 = oauth2;
  }

  /** Connects nowhere yet; refuses credentials and parameters that can't work, with a ConfigurationError for each. */
  override async open(_context: LifecycleContext): Promise<void> {
    this.#client = this.#createClient();
  }

  async dispatchEvent(
    data: Data,
    _profile: Profile | undefined,
    _session: Session | undefined,
    _event: Event,
    context: DispatchContext,
  ): Promise<void> {
    await this.#dispatch(data, context);
  }

  async dispatchProfile(
    data: Data,
    _profile: Profile,
    _session: Session | undefined,
    context: DispatchContext,
  ): Promise<void> {
    await this.#dispatch(data, context);
  }

  override async dispatchBatch(items: readonly BatchItem[], context: BatchContext): Promise<readonly ItemResult[]> {
    const client = this.#openClient();
    if (!this.init.batch) {
      return sendEach(items, this.init.concurrency, ({ idempotencyKey, json }) =>
        client.send({ idempotencyKey, body: json }, context),
      );
    }
    // What fails is thrown, so that the host can split a batch that was refused and find the guilty item.
    await client.send(
      {
        idempotencyKey: batchKey(items.map(({ idempotencyKey }) => idempotencyKey)),
        body: `[${items.map(({ json }) => json).join(',')}]`,
      },
      context,
    );
    return items.map(() => ({ ok: true }));
  }

  override async check(context: LifecycleContext): Promise<CheckResult> {
    return checkWebhook(() => this.#openClient().probe(context));
  }

  /** Aborts what is under way. The connections belong to the host, and are kept. */
  override async close(): Promise<void> {
    this.#client?.close();
  }

  async #dispatch(data: Data, context: DispatchContext): Promise<void> {
    const client = this.#openClient();
    if (this.init.batch) {
      const idempotencyKey = batchKey([context.idempotencyKey]);
      await client.send({ idempotencyKey, body: `[${JSON.stringify(data)}]` }, context);
    } else {
      await client.send({ idempotencyKey: context.idempotencyKey, body: JSON.stringify(data) }, context);
    }
  }

  #openClient(): WebhookClient {
    return (this.#client ??= this.#createClient());
  }

  #createClient(): WebhookClient {
    const tokens = this.credentials.oauth2 === undefined ? undefined : this.#oauth2;
    return new WebhookClient(this.#http, planRequests(this.credentials, this.init), tokens);
  }
}

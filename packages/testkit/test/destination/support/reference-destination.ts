import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import {
  ConfigurationError,
  CONNECTIONS,
  defineSchema,
  DestinationInterface,
  failureOf,
  messageOf,
  PermanentError,
  TransientError,
  type BatchContext,
  type BatchItem,
  type CheckResult,
  type ConnectionKey,
  type ConnectionLease,
  type Connections,
  type Data,
  type Destination,
  type DispatchContext,
  type Event,
  type ItemResult,
  type LifecycleContext,
  type Profile,
  type RegistrationOptions,
  type Resource,
  type Session,
  type TypeOf,
} from '@dest/core';

const credentials = defineSchema({
  type: 'object',
  properties: {
    url: { type: 'string', description: 'Where the service is.', examples: ['https://crm.example.com'] },
    token: { type: 'string', description: 'A token of the service.', writeOnly: true },
  },
  required: ['url', 'token'],
  additionalProperties: false,
});

const init = defineSchema({
  type: 'object',
  properties: {
    list: { type: 'string', description: 'The list that contacts go to.', default: 'all', examples: ['customers'] },
  },
  additionalProperties: false,
});

export const referenceOptions: RegistrationOptions<Credentials, Init> = {
  package: '@acme/reference',
  title: 'Reference',
  description: 'Does all that a destination does, by HTTP with connections of its own.',
  credentials,
  init,
  inject: [CONNECTIONS],
  orderedBatches: true,
};

export type Credentials = TypeOf<typeof credentials>;
export type Init = TypeOf<typeof init>;

/** A request of the reference. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What is sent of one delivery. */
export type Sent = Pick<BatchItem, 'kind' | 'data' | 'json' | 'idempotencyKey' | 'attempt'>;

/** What every context has. */
export type CallContext = Pick<LifecycleContext, 'signal' | 'logger'>;

/** A destination that passes every case; what each step does can be made to go wrong. */
export class ReferenceDestination extends DestinationInterface<Credentials, Init> {
  readonly connections: Connections;
  lease: ConnectionLease<Agent> | undefined;

  constructor(
    debug: boolean,
    resource: Resource<Credentials>,
    destination: Destination<Init>,
    connections: Connections,
  ) {
    super(debug, resource, destination);
    this.connections = connections;
  }

  override async open(context: LifecycleContext): Promise<void> {
    this.lease = await this.connections.acquire(
      this.connectionKey(),
      async () => this.createAgent(),
      async (agent) => agent.destroy(),
    );
    await this.expectAnswer({ method: 'GET' }, context);
  }

  async dispatchEvent(
    data: Data,
    _profile: Profile | undefined,
    _session: Session | undefined,
    _event: Event,
    context: DispatchContext,
  ): Promise<void> {
    await this.send({ ...context, kind: 'event', data, json: JSON.stringify(data) }, context);
  }

  async dispatchProfile(
    data: Data,
    _profile: Profile,
    _session: Session | undefined,
    context: DispatchContext,
  ): Promise<void> {
    await this.send({ ...context, kind: 'profile', data, json: JSON.stringify(data) }, context);
  }

  /** One after the other; what follows one of its key that will come again comes again too. */
  override async dispatchBatch(items: readonly BatchItem[], context: BatchContext): Promise<readonly ItemResult[]> {
    const held = new Map<string | undefined, unknown>();
    const results: ItemResult[] = [];
    for (const item of items) {
      const before = held.get(item.key);
      if (before !== undefined) {
        results.push({ ok: false, error: before });
        continue;
      }
      const result = await this.resultOf(item, context);
      results.push(result);
      if (!result.ok && failureOf(result.error).retry !== 'permanent') held.set(item.key, result.error);
    }
    return results;
  }

  override async check(context: LifecycleContext): Promise<CheckResult> {
    try {
      await this.expectAnswer({ method: 'GET' }, context);
      return { ok: true, steps: [{ name: 'reachable', ok: true }] };
    } catch (error) {
      return { ok: false, message: messageOf(error) };
    }
  }

  override async forgetProfile(_profileId: string, context: LifecycleContext): Promise<void> {
    await this.expectAnswer({ method: 'DELETE' }, context);
  }

  override async close(): Promise<void> {
    const { lease } = this;
    this.lease = undefined;
    await lease?.release();
  }

  connectionKey(): ConnectionKey {
    return [this.resource.id, this.resource.version, this.debug];
  }

  createAgent(): Agent {
    return new Agent({ keepAlive: true });
  }

  async send(item: Sent, context: CallContext): Promise<void> {
    const headers = { 'idempotency-key': encodeURIComponent(this.keyOf(item)) };
    await this.expectAnswer({ method: 'POST', headers, body: item.json }, context);
  }

  keyOf({ idempotencyKey }: Sent): string {
    return idempotencyKey;
  }

  async resultOf(item: Sent, context: CallContext): Promise<ItemResult> {
    try {
      await this.send(item, context);
      return { ok: true };
    } catch (error) {
      return { ok: false, error };
    }
  }

  async expectAnswer(call: Call, context: CallContext): Promise<void> {
    const answer = await this.request(call, context);
    const error = this.errorOf(answer);
    if (error !== undefined) throw error;
  }

  /** Gives it up when the signal is aborted. */
  async request({ method, headers = {}, body = '' }: Call, { signal }: CallContext): Promise<Answer> {
    const { url, token } = this.credentials;
    const authorization = `Bearer ${token}`;
    const length = String(Buffer.byteLength(body));
    const options = {
      method,
      headers: { ...headers, authorization, 'content-length': length },
      signal,
      ...(this.lease === undefined ? {} : { agent: this.lease.connection }),
    };
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => reject(this.networkError(error));
      const outgoing = request(url, options, (incoming) => {
        let text = '';
        incoming.on('data', (chunk: Buffer) => (text += chunk.toString()));
        incoming.on('error', fail);
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text }));
      });
      outgoing.on('error', fail);
      outgoing.end(body);
    });
  }

  networkError(cause: Error): Error {
    return new TransientError('The service can not be reached. See whether it runs.', {
      code: 'REFERENCE_UNREACHABLE',
      scope: 'destination',
      cause,
    });
  }

  errorOf({ status, headers }: Answer): Error | undefined {
    if (status < 300) return undefined;
    const message = `The service answered with ${status}. See its documentation.`;
    if (status === 401) return new ConfigurationError(message, { code: 'REFERENCE_REFUSED' });
    if (status === 400 || status === 422) return new PermanentError(message, { code: 'REFERENCE_BAD_ITEM' });
    const after = headers['retry-after'];
    return new TransientError(message, {
      code: 'REFERENCE_BUSY',
      scope: status === 425 ? 'item' : 'destination',
      ...(after === undefined ? {} : { retryAfterMs: Number(after) * 1_000 }),
    });
  }
}

import type {
  NativeBinding,
  NativeClient,
  NativeClientProducer,
  NativeClientSettings,
  NativeMessage,
  NativeProducerSettings,
} from '../../src/native/native-binding';

interface Waiting {
  readonly message: NativeMessage;
  readonly resolve: (messageId: { toString(): string }) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Plays `pulsar-client` and the cluster behind it, with the quirks that were measured on the real one: plain errors that
 * name a result, one and the same TimeOut for a dead address and a refused token, a refusal at its cap, silence while
 * the cluster is away and one rejection of everything that waited too long.
 */
export class NativeDouble {
  readonly clients: NativeClientSettings[] = [];
  readonly producers: NativeProducerSettings[] = [];
  readonly stored: NativeMessage[] = [];
  closedClients = 0;
  closedProducers = 0;
  /** `up` answers, `away` says nothing. */
  cluster: 'up' | 'away' = 'up';
  readonly token: string | undefined;
  readonly namespaces: ReadonlySet<string>;
  /** The result a send ends with, by its payload. */
  readonly results = new Map<string, string>();
  #waiting: Waiting[] = [];
  #fenced = false;

  constructor({ token, namespaces = ['public/default'] }: { token?: string; namespaces?: readonly string[] } = {}) {
    this.token = token;
    this.namespaces = new Set(namespaces);
  }

  /** What `require('pulsar-client')` would be. */
  get binding(): NativeBinding {
    const client = (settings: NativeClientSettings): NativeClient => this.#client(settings);
    return {
      Client: function Client(settings: NativeClientSettings) {
        return client(settings);
      } as unknown as NativeBinding['Client'],
      AuthenticationToken: class AuthenticationToken {
        readonly settings: { readonly token: string };
        constructor(settings: { readonly token: string }) {
          this.settings = settings;
        }
      },
    };
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Time passes: all that waited too long is rejected together. */
  timeOut(): void {
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('Failed to send message: TimeOut'));
  }

  /** The cluster is there again: the client sends what waits. */
  comeBack(): void {
    this.cluster = 'up';
    for (const waiting of this.#waiting.splice(0)) this.#store(waiting);
  }

  /** Another producer takes the topic over. */
  fence(): void {
    this.#fenced = true;
  }

  #client(settings: NativeClientSettings): NativeClient {
    if (!/^pulsar(\+ssl)?:\/\/[^:]+:\d+$/.test(settings.serviceUrl)) {
      throw new Error(`Invalid service URL: ${settings.serviceUrl}`);
    }
    this.clients.push(settings);
    const given = (settings.authentication as { settings?: { token?: string } } | undefined)?.settings?.token;
    return {
      createProducer: async (producer) => this.#createProducer(producer, given),
      close: async () => {
        this.closedClients += 1;
        if (this.closedClients > this.clients.length) throw new Error('Failed to close client: AlreadyClosed');
        return null;
      },
    };
  }

  async #createProducer(settings: NativeProducerSettings, token: string | undefined): Promise<NativeClientProducer> {
    await Promise.resolve();
    if (this.cluster === 'away' || token !== this.token) throw new Error('Failed to create producer: TimeOut');
    const namespace = settings.topic.split('/').slice(2, 4).join('/');
    if (!this.namespaces.has(namespace)) throw new Error('Failed to create producer: TopicNotFound');
    this.producers.push(settings);
    this.#fenced = false;
    let closed = false;
    return {
      send: async (message) => {
        if (closed) throw new Error('Failed to send message: AlreadyClosed');
        if (this.#fenced) throw new Error('Failed to send message: ProducerFenced');
        return this.#send(message, settings);
      },
      close: async () => {
        closed = true;
        this.closedProducers += 1;
        return Promise.resolve(null);
      },
    };
  }

  async #send(message: NativeMessage, settings: NativeProducerSettings): Promise<{ toString(): string }> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length >= settings.maxPendingMessages) {
        reject(new Error('Failed to send message: ProducerQueueIsFull'));
        return;
      }
      this.#waiting.push({ message, resolve, reject });
      if (this.cluster === 'up' && this.#waiting.length === 1) setImmediate(() => this.#flush());
    });
  }

  #flush(): void {
    if (this.cluster === 'up') for (const waiting of this.#waiting.splice(0)) this.#store(waiting);
  }

  #store({ message, resolve, reject }: Waiting): void {
    const result = this.results.get(message.data.toString());
    if (result !== undefined) {
      reject(new Error(`Failed to send message: ${result}`));
      return;
    }
    this.stored.push(message);
    const entry = this.stored.length;
    resolve({ toString: () => `(1,${entry},-1,0)` });
  }
}

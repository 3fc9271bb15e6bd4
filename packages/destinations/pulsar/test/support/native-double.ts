import type {
  NativeBinding,
  NativeClient,
  NativeClientConsumer,
  NativeClientProducer,
  NativeClientReader,
  NativeClientSettings,
  NativeConsumerSettings,
  NativeMessage,
  NativeProducerSettings,
  NativeReaderSettings,
  NativeReceivedMessage,
} from '../../src/native/native-binding';

interface Waiting {
  readonly message: NativeMessage;
  readonly resolve: (messageId: { toString(): string }) => void;
  readonly reject: (error: Error) => void;
}

/** A consumer of the double, and what was done to it. */
interface Subscribed {
  readonly queue: NativeReceivedMessage[];
  readonly receivers: { resolve(message: NativeReceivedMessage): void; reject(error: Error): void }[];
  closed: boolean;
}

/** What the client's classes for authentication hold on to. */
export interface NativeAuthentication {
  readonly method: string;
  readonly settings: Readonly<Record<string, string>>;
}

function authentication(method: string): new (settings: object) => NativeAuthentication {
  return class implements NativeAuthentication {
    readonly method = method;
    readonly settings: Readonly<Record<string, string>>;
    constructor(settings: object) {
      this.settings = settings as Readonly<Record<string, string>>;
    }
  };
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
  readonly consumers: NativeConsumerSettings[] = [];
  /** Payloads as text. */
  readonly acknowledged: string[] = [];
  /** Another consumer has the subscription for itself. */
  isHeld = false;
  /** How many messages were received of the last consumer. */
  received = 0;
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
  readonly #published: NativeReceivedMessage[] = [];
  #subscribed: Subscribed | undefined;
  #reader: Subscribed | undefined;
  readonly readers: NativeReaderSettings[] = [];

  constructor({ token, namespaces = ['public/default'] }: { token?: string; namespaces?: readonly string[] } = {}) {
    this.token = token;
    this.namespaces = new Set(namespaces);
  }

  /** What `require('pulsar-client')` would be. */
  get binding(): NativeBinding {
    const client = (settings: NativeClientSettings): NativeClient => this.#client(settings);
    return {
      MessageId: { earliest: () => ({ toString: () => '(-1,-1,-1,-1)' }) },
      Client: function Client(settings: NativeClientSettings) {
        return client(settings);
      } as unknown as NativeBinding['Client'],
      AuthenticationToken: authentication('token'),
      AuthenticationBasic: authentication('basic'),
      AuthenticationTls: authentication('tls'),
      AuthenticationOauth2: authentication('oauth2'),
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

  /** Puts a message on the subscription. */
  publish(payload: string, key = ''): void {
    const entry = this.#published.length;
    const message: NativeReceivedMessage = {
      getData: () => Buffer.from(payload),
      getProperties: () => ({}),
      getMessageId: () => ({ toString: () => `(5,${entry},-1,0)` }),
      getPublishTimestamp: () => 1_000,
      getPartitionKey: () => key,
    };
    this.#published.push(message);
    if (this.#subscribed !== undefined) give(this.#subscribed, message);
    if (this.#reader !== undefined) give(this.#reader, message);
  }

  /** The client gives the reader up. */
  dropReader(): void {
    const dropped = this.#reader;
    if (dropped === undefined) return;
    dropped.closed = true;
    for (const { reject } of dropped.receivers.splice(0)) reject(new Error('Failed to receive message: AlreadyClosed'));
  }

  /** The client gives the consumer up: whatever is asked of it says so. */
  dropConsumer(): void {
    const dropped = this.#subscribed;
    if (dropped === undefined) return;
    dropped.closed = true;
    for (const { reject } of dropped.receivers.splice(0)) reject(new Error('Failed to receive message: AlreadyClosed'));
  }

  #client(settings: NativeClientSettings): NativeClient {
    if (!/^pulsar(\+ssl)?:\/\/[^:]+:\d+$/.test(settings.serviceUrl)) {
      throw new Error(`Invalid service URL: ${settings.serviceUrl}`);
    }
    this.clients.push(settings);
    const given = (settings.authentication as NativeAuthentication | undefined)?.settings['token'];
    return {
      createProducer: async (producer) => this.#createProducer(producer, given),
      subscribe: async (consumer) => this.#subscribe(consumer, given),
      createReader: async (reader) => this.#createReader(reader, given),
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
        if (this.#fenced) throw new Error('Failed to send message: ResultProducerFenced');
        return this.#send(message, settings);
      },
      close: async () => {
        closed = true;
        this.closedProducers += 1;
        return Promise.resolve(null);
      },
    };
  }

  async #subscribe(settings: NativeConsumerSettings, token: string | undefined): Promise<NativeClientConsumer> {
    await Promise.resolve();
    if (this.cluster === 'away' || token !== this.token) throw new Error('Failed to create consumer: TimeOut');
    if (this.isHeld) throw new Error('Failed to create consumer: ConsumerBusy');
    this.consumers.push(settings);
    this.received = 0;
    const unacknowledged = this.#published.filter(
      (message) => !this.acknowledged.includes(message.getData().toString()),
    );
    const own: Subscribed = { queue: unacknowledged, receivers: [], closed: false };
    this.#subscribed = own;
    return {
      receive: async () => {
        const message = await next(own);
        this.received += 1;
        return message;
      },
      acknowledge: async (message) => {
        if (own.closed) throw new Error('Failed to acknowledge: AlreadyClosed');
        this.acknowledged.push(message.getData().toString());
        return Promise.resolve(null);
      },
      isConnected: () => !own.closed,
      close: () => ended(own),
    };
  }

  async #createReader(settings: NativeReaderSettings, token: string | undefined): Promise<NativeClientReader> {
    await Promise.resolve();
    if (this.cluster === 'away' || token !== this.token) throw new Error('Failed to create reader: TimeOut');
    this.readers.push(settings);
    const after = Number(settings.startMessageId.toString().split(',')[1]);
    const own: Subscribed = { queue: this.#published.slice(after + 1), receivers: [], closed: false };
    this.#reader = own;
    return { readNext: () => next(own), close: () => ended(own) };
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

function give({ queue, receivers }: Subscribed, message: NativeReceivedMessage): void {
  const receiver = receivers.shift();
  if (receiver === undefined) queue.push(message);
  else receiver.resolve(message);
}

async function next(own: Subscribed): Promise<NativeReceivedMessage> {
  if (own.closed) throw new Error('Failed to receive message: AlreadyClosed');
  return new Promise((resolve, reject) => {
    const first = own.queue.shift();
    if (first === undefined) own.receivers.push({ resolve, reject });
    else resolve(first);
  });
}

async function ended(own: Subscribed): Promise<null> {
  own.closed = true;
  for (const { reject } of own.receivers.splice(0)) reject(new Error('Failed to receive message: AlreadyClosed'));
  return Promise.resolve(null);
}

/** The part of the package `pulsar-client` that is used here, by its published types. */
export interface NativeBinding {
  readonly MessageId: { earliest(): NativeMessageId };
  readonly Client: new (settings: NativeClientSettings) => NativeClient;
  readonly AuthenticationToken: new (settings: { readonly token: string }) => object;
  readonly AuthenticationBasic: new (settings: { readonly username: string; readonly password: string }) => object;
  readonly AuthenticationTls: new (settings: {
    readonly certificatePath: string;
    readonly privateKeyPath: string;
  }) => object;
  readonly AuthenticationOauth2: new (settings: {
    readonly type: string;
    readonly issuer_url: string;
    readonly client_id: string;
    readonly client_secret: string;
    readonly audience?: string;
    readonly scope?: string;
  }) => object;
}

export interface NativeClientSettings {
  readonly serviceUrl: string;
  readonly operationTimeoutSeconds: number;
  readonly authentication?: object;
  readonly tlsTrustCertsFilePath?: string;
  readonly tlsCertificateFilePath?: string;
  readonly tlsPrivateKeyFilePath?: string;
  readonly tlsValidateHostname?: boolean;
  readonly tlsAllowInsecureConnection?: boolean;
}

export interface NativeClient {
  createProducer(settings: NativeProducerSettings): Promise<NativeClientProducer>;
  subscribe(settings: NativeConsumerSettings): Promise<NativeClientConsumer>;
  createReader(settings: NativeReaderSettings): Promise<NativeClientReader>;
  close(): Promise<unknown>;
}

export interface NativeReaderSettings {
  readonly topic: string;
  /** Reading begins after it. */
  readonly startMessageId: NativeMessageId;
  readonly receiverQueueSize: number;
}

export interface NativeClientReader {
  readNext(): Promise<NativeReceivedMessage>;
  close(): Promise<unknown>;
}

/** `(ledger,entry,partition,index)` as text. */
export interface NativeMessageId {
  toString(): string;
}

export interface NativeProducerSettings {
  readonly topic: string;
  readonly sendTimeoutMs: number;
  readonly maxPendingMessages: number;
  readonly blockIfQueueFull: boolean;
  readonly hashingScheme: 'JavaStringHash';
  readonly producerName?: string;
  readonly compressionType?: 'LZ4' | 'Zlib' | 'ZSTD' | 'SNAPPY';
  readonly batchingEnabled: boolean;
  readonly batchingType?: 'DefaultBatching' | 'KeyBasedBatching';
  readonly batchingMaxPublishDelayMs?: number;
  readonly batchingMaxMessages?: number;
}

export interface NativeClientProducer {
  send(message: NativeMessage): Promise<{ toString(): string }>;
  close(): Promise<unknown>;
}

export interface NativeMessage {
  readonly data: Buffer;
  readonly properties: Record<string, string>;
  readonly partitionKey?: string;
  /** Milliseconds since the epoch. */
  readonly eventTimestamp?: number;
  /** Milliseconds. */
  readonly deliverAfter?: number;
}

export interface NativeConsumerSettings {
  readonly topic: string;
  readonly subscription: string;
  readonly subscriptionType: 'Exclusive' | 'Shared' | 'KeyShared' | 'Failover';
  readonly subscriptionInitialPosition: 'Latest' | 'Earliest';
  readonly receiverQueueSize: number;
}

export interface NativeClientConsumer {
  receive(): Promise<NativeReceivedMessage>;
  acknowledge(message: NativeReceivedMessage): Promise<unknown>;
  isConnected(): boolean;
  close(): Promise<unknown>;
}

export interface NativeReceivedMessage {
  getData(): Buffer;
  getProperties(): Record<string, string>;
  getMessageId(): NativeMessageId;
  getPublishTimestamp(): number;
  /** Empty where there is none. */
  getPartitionKey(): string;
}

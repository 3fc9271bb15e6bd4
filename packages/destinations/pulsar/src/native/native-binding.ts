/** The part of the package `pulsar-client` that is used here, by its published types. */
export interface NativeBinding {
  readonly Client: new (settings: NativeClientSettings) => NativeClient;
  readonly AuthenticationToken: new (settings: { readonly token: string }) => object;
}

export interface NativeClientSettings {
  readonly serviceUrl: string;
  readonly operationTimeoutSeconds: number;
  readonly authentication?: object;
}

export interface NativeClient {
  createProducer(settings: NativeProducerSettings): Promise<NativeClientProducer>;
  close(): Promise<unknown>;
}

export interface NativeProducerSettings {
  readonly topic: string;
  readonly sendTimeoutMs: number;
  readonly maxPendingMessages: number;
  readonly blockIfQueueFull: boolean;
  readonly batchingEnabled: boolean;
  readonly batchingMaxPublishDelayMs: number;
  readonly batchingMaxMessages: number;
}

export interface NativeClientProducer {
  send(message: NativeMessage): Promise<{ toString(): string }>;
  close(): Promise<unknown>;
}

export interface NativeMessage {
  readonly data: Buffer;
  readonly properties: Record<string, string>;
  readonly partitionKey?: string;
}

import {
  CONNECTIONS,
  DestinationInterface,
  FILES,
  messageOf,
  RegisterDestination,
  TransientError,
  type BatchContext,
  type BatchItem,
  type CheckResult,
  type ConnectionLease,
  type Connections,
  type Data,
  type Destination,
  type DispatchContext,
  type Event,
  type Files,
  type ItemResult,
  type LifecycleContext,
  type Profile,
  type Resource,
  type Session,
} from '@dest/core';
import { fileCredentials, fileInit, type FileCredentials, type FileInit } from './file-schemas';
import { FileWriter } from './file-writer';

/** Delivers by appending JSON lines to a file, on disk before a delivery counts as done. */
@RegisterDestination({
  package: '@dest/file',
  title: 'File',
  description: 'Newline-delimited JSON, appended to a file, with rotation by size.',
  credentials: fileCredentials,
  init: fileInit,
  tags: ['file', 'ndjson'],
  inject: [CONNECTIONS, FILES],
  orderedBatches: true,
})
export class FileDestination extends DestinationInterface<FileCredentials, FileInit> {
  readonly #connections: Connections;
  readonly #files: Files;
  #lease: ConnectionLease<FileWriter> | undefined;

  constructor(
    debug: boolean,
    resource: Resource<FileCredentials>,
    destination: Destination<FileInit>,
    connections: Connections,
    files: Files,
  ) {
    super(debug, resource, destination);
    this.#connections = connections;
    this.#files = files;
  }

  /** Opens the file, or joins the writer that another destination has on it. */
  override async open(_context: LifecycleContext): Promise<void> {
    const path = await this.#files.resolve(this.init.path);
    // By the path alone, unlike other connections: two writers of one file would rotate it under each other.
    this.#lease = await this.#connections.acquire(
      path,
      () => FileWriter.open(path),
      (writer) => writer.close(),
    );
  }

  override async check(_context: LifecycleContext): Promise<CheckResult> {
    try {
      await this.#append([]);
      return { ok: true, steps: [{ name: 'writable', ok: true }] };
    } catch (error) {
      const message = messageOf(error);
      return { ok: false, message, steps: [{ name: 'writable', ok: false, message }] };
    }
  }

  async dispatchEvent(
    data: Data,
    _profile: Profile | undefined,
    _session: Session | undefined,
    _event: Event,
    _context: DispatchContext,
  ): Promise<void> {
    await this.#append([JSON.stringify(data)]);
  }

  async dispatchProfile(
    data: Data,
    _profile: Profile,
    _session: Session | undefined,
    _context: DispatchContext,
  ): Promise<void> {
    await this.#append([JSON.stringify(data)]);
  }

  override async dispatchBatch(items: readonly BatchItem[], _context: BatchContext): Promise<readonly ItemResult[]> {
    await this.#append(items.map(({ json }) => json));
    return items.map(() => ({ ok: true }));
  }

  override async close(): Promise<void> {
    const lease = this.#lease;
    this.#lease = undefined;
    await lease?.release();
  }

  async #append(texts: readonly string[]): Promise<void> {
    if (this.#lease === undefined) {
      throw new TransientError(`${this.init.path} is not open: open the destination before it is used.`, {
        code: 'FILE_NOT_OPEN',
        scope: 'destination',
      });
    }
    await this.#lease.connection.append(
      texts.map((text) => `${text}\n`),
      this.init.rotate,
    );
  }
}

import {
  defaultDelivery,
  failureOf,
  noopLogger,
  type BatchContext,
  type BatchItem,
  type Connections,
  type Data,
  type DispatchContext,
  type Failure,
} from '@dest/core';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FileDestination, type FileInit } from '../../src/index';
import { ObservedConnections } from '../../../../../test/support/observed-connections';

/** A folder of its own, removed at the end, with destinations in it that share connections, as in one host. */
export class Folder {
  readonly connections = new ObservedConnections();
  readonly #open: FileDestination[] = [];

  private constructor(readonly path: string) {}

  static async make(): Promise<Folder> {
    return new Folder(await mkdtemp(join(tmpdir(), 'dest-file-')));
  }

  join(...names: readonly string[]): string {
    return join(this.path, ...names);
  }

  create(init: FileInit, options: { debug?: boolean; connections?: Connections } = {}): FileDestination {
    const { debug = false, connections = this.connections } = options;
    const resource = {
      id: 'r',
      name: '',
      description: '',
      tags: [],
      enabled: true,
      version: '1',
      credentials: { production: {} },
    };
    const files = { resolve: async (path: string) => resolve(this.path, path) };
    const made = new FileDestination(debug, resource, destination(init), connections, files);
    this.#open.push(made);
    return made;
  }

  async open(init: FileInit, options: { debug?: boolean } = {}): Promise<FileDestination> {
    const made = this.create(init, options);
    await made.open(context());
    return made;
  }

  async remove(): Promise<void> {
    for (const made of this.#open) await made.close();
    await rm(this.path, { recursive: true, force: true });
  }
}

function destination(init: FileInit): FileDestination['destination'] {
  return {
    id: 'orders',
    name: 'Orders',
    description: '',
    package: '@dest/file',
    init,
    form: {},
    enabled: true,
    tags: [],
    onProfileChangeOnly: false,
    delivery: defaultDelivery,
  };
}

export function context(): DispatchContext & BatchContext {
  return {
    signal: new AbortController().signal,
    attempt: 1,
    possiblyDelivered: false,
    idempotencyKey: 'envelope-1:orders',
    logger: noopLogger,
    now: () => 0,
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

export async function dispatch(made: FileDestination, data: Data): Promise<void> {
  await made.dispatchEvent(data, undefined, undefined, { type: 'order' }, context());
}

export async function failing(promise: Promise<unknown>): Promise<Failure> {
  return promise.then(
    () => {
      throw new Error('should have failed');
    },
    (error: unknown) => failureOf(error),
  );
}

// The same suite with the outbox's thread run in this one, from its sources: what goes wrong in it has a stack that can be
// followed, and what runs is seen by the coverage.
import type { EventEmitter } from 'node:events';
import type { MessagePort, Transferable } from 'node:worker_threads';
import type * as WorkerThreads from 'node:worker_threads';
import { describeOutbox } from '@dest/testkit';
import type * as OutboxThread from '../../../src/outbox/sqlite/worker';
import { sqliteKit } from './support/sqlite-kit';

jest.mock('node:worker_threads', () => {
  const actual = jest.requireActual<typeof WorkerThreads>('node:worker_threads');
  const { EventEmitter: Emitter } = jest.requireActual<{ EventEmitter: typeof EventEmitter }>('node:events');
  class WorkerInThisThread extends Emitter {
    readonly #port: MessagePort;

    constructor(_file: string, { workerData }: { readonly workerData: unknown }) {
      super();
      const { port1, port2 } = new actual.MessageChannel();
      this.#port = port1;
      port1.on('message', (reply) => this.emit('message', reply));
      port1.on('close', () => this.emit('exit', 0));
      // Not before there is one: it is what is mocked here that the module looks at.
      const { OutboxWorker } = jest.requireActual<typeof OutboxThread>('../../../src/outbox/sqlite/worker');
      new OutboxWorker(port2, workerData as never).run();
    }

    postMessage(request: unknown, transfers?: Transferable[]): void {
      this.#port.postMessage(request, transfers);
    }

    ref(): void {
      this.#port.ref();
    }

    unref(): void {
      this.#port.unref();
    }
  }
  return { ...actual, Worker: WorkerInThisThread };
});

// The client lets go of its file when its thread ends, so that nothing is opened again here.
const { clock, create } = sqliteKit();
describeOutbox('SqliteOutbox in this thread', { clock, create });

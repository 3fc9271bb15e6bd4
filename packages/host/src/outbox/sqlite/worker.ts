import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { FaultText, OutboxFault } from './outbox-fault';
import type { Outcome, Reply, Request, WorkerOptions } from './protocol';
import { faultOf, Store, type LateOutcome } from './store';

/** The thread that owns the file: a sync of the disk holds up nobody else. */
function run(port: MessagePort, options: WorkerOptions): void {
  const send = (reply: Reply): void => port.postMessage(reply);
  const store = open(options, send);
  if (store === undefined) return port.close();
  const tellLate = ({ ticket, outcome }: LateOutcome): void => send({ type: 'later', ticket, outcome: plain(outcome) });
  let stepping = false;
  let closed = false;
  const step = (): void => {
    if (closed) return;
    const late = store.step();
    if (late !== undefined) tellLate(late);
    stepping = store.hasBackground;
    if (stepping) setImmediate(step);
  };
  port.on('message', (request: Request) => {
    if (request.type === 'close') {
      for (const late of store.close()) tellLate(late);
      closed = true;
      send({ type: 'closed' });
      return port.close();
    }
    send({ type: 'group', outcomes: store.apply(request).map(plain) });
    if (!stepping && store.hasBackground) setImmediate(step);
    stepping = store.hasBackground;
  });
  stepping = store.hasBackground;
  if (stepping) setImmediate(step);
}

function open(options: WorkerOptions, send: (reply: Reply) => void): Store | undefined {
  try {
    const store = new Store(options);
    send({ type: 'opened', report: store.report });
    return store;
  } catch (error) {
    send({ type: 'failed', fault: textOf(faultOf(error, options.path)) });
    return undefined;
  }
}

/** Errors lose their code on the way between threads. */
function plain(outcome: Outcome): Outcome {
  return 'fault' in outcome ? { fault: textOf(outcome.fault) } : outcome;
}

function textOf({ retry, code, message }: FaultText | OutboxFault): FaultText {
  return { retry, code, message };
}

if (parentPort !== null) run(parentPort, workerData as WorkerOptions);

import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { FaultText, OutboxFault } from './outbox-fault';
import type { Outcome, Reply, Request, WorkerOptions } from './protocol';
import { Store, type LateOutcome } from './store';
import { faultOf } from './store-texts';

/** When nothing came for so long, in milliseconds, it looks whether there is space to give back. */
const IDLE_MS = 200;

/** And after so many groups at the latest. */
const MAX_GROUPS = 100;

/** The thread that owns the file: a sync of the disk holds up nobody else. */
function run(port: MessagePort, options: WorkerOptions): void {
  const send = (reply: Reply): void => port.postMessage(reply);
  const store = open(options, send);
  if (store === undefined) return port.close();
  let [isStepping, isClosed, groups] = [false, false, 0];
  const idle = setTimeout(() => keepHouse(), IDLE_MS);
  const keepHouse = (): void => {
    groups = 0;
    if (!isClosed && store.keepHouse()) setImmediate(keepHouse);
  };
  const tellLate = (late: readonly LateOutcome[]): void => {
    for (const { ticket, outcome } of late) send({ type: 'later', ticket, outcome: plain(outcome) });
  };
  const step = (): void => {
    if (isClosed) return;
    tellLate(store.step());
    isStepping = store.hasBackground;
    if (isStepping) setImmediate(step);
  };
  const goOn = (): void => {
    if (isStepping || !store.hasBackground) return;
    isStepping = true;
    setImmediate(step);
  };
  port.on('message', (request: Request) => {
    if (request.type === 'close') {
      isClosed = true;
      clearTimeout(idle);
      tellLate(store.close());
      send({ type: 'closed' });
      return port.close();
    }
    send({ type: 'group', outcomes: store.apply(request).map(plain) });
    goOn();
    idle.refresh();
    if (++groups >= MAX_GROUPS) keepHouse();
  });
  goOn();
}

function open(options: WorkerOptions, send: (reply: Reply) => void): Store | undefined {
  try {
    const store = new Store(options, (notice) => send({ type: 'notice', notice }));
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

import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { NoRoomYet } from './disk-space';
import { ExitBrake } from './exit-brake';
import type { FaultText, OutboxFault } from './outbox-fault';
import type { Outcome, Reply, Request, WorkerStage, WorkerStart } from './protocol';
import { salvage } from './salvage';
import { sqliteProblemOf } from './sqlite-problem';
import { Store, type LateOutcome } from './store';
import { faultOf, salvageWarning } from './store-texts';

/** When nothing came for so long, in milliseconds, it looks whether there is space to give back. */
const IDLE_MS = 200;

/** And after so many groups at the latest. */
const MAX_GROUPS = 100;

/** The thread that owns the file: a sync of the disk holds up nobody else. */
export class OutboxWorker {
  readonly #port: MessagePort;
  readonly #start: WorkerStart;
  #store: Store | undefined;
  readonly #idle = setTimeout(() => this.#guarded(() => this.#keepHouse()), IDLE_MS);
  readonly #brake: ExitBrake;
  #isStepping = false;
  #groups = 0;

  constructor(port: MessagePort, start: WorkerStart) {
    this.#port = port;
    this.#start = start;
    this.#brake = new ExitBrake(start.brake);
  }

  run(): void {
    this.#guarded(() => {
      if (this.#start.stage === 'open') this.#open();
      else this.#salvage(this.#start.stage === 'mend');
    });
  }

  #open(): void {
    const { warnings, lost } = this.#start;
    this.#store = new Store(this.#start, (notice) => this.#send({ type: 'notice', notice }));
    const { report } = this.#store;
    this.#send({
      type: 'opened',
      report: { ...report, quarantined: lost + report.quarantined, warnings: [...warnings, ...report.warnings] },
    });
    this.#port.on('message', (request: Request) => this.#guarded(() => this.#take(request)));
    this.#goOn();
  }

  #take(request: Request): void {
    const store = this.#store;
    if (store === undefined) return;
    if (request.type === 'close') {
      this.#tellLate(store.close());
      this.#send({ type: 'closed' });
      return this.#end();
    }
    const outcomes = store.apply(request).map(plain);
    this.#send({ type: 'group', outcomes, commitMs: store.commitMs });
    this.#goOn();
    this.#idle.refresh();
    if (++this.#groups >= MAX_GROUPS) this.#keepHouse();
  }

  #goOn(): void {
    if (this.#isStepping || this.#store?.hasBackground !== true) return;
    this.#isStepping = true;
    setImmediate(() => this.#guarded(() => this.#step()));
  }

  #step(): void {
    if (this.#store === undefined) return;
    this.#tellLate(this.#store.step());
    this.#isStepping = false;
    this.#goOn();
  }

  #keepHouse(): void {
    this.#groups = 0;
    if (this.#store?.keepHouse() === true) setImmediate(() => this.#guarded(() => this.#keepHouse()));
    if (this.#store?.waitsForRoom === true) this.#idle.refresh();
    this.#goOn();
  }

  #salvage(mend: boolean): void {
    const { path, dedupeWindowMs, warnings } = this.#start;
    const saved = salvage(path, dedupeWindowMs, mend);
    if (saved === undefined) return this.#restart({ stage: 'mend', warnings, lost: 0 });
    const { movedTo, lost, unreadable } = saved;
    const warning = salvageWarning(path, movedTo, unreadable);
    this.#restart({ stage: 'open', warnings: [...warnings, warning], lost });
  }

  /** Where the file is damaged another thread saves what can be read, but not again and again. */
  #guarded(body: () => void): void {
    const { stage, warnings, lost, path } = this.#start;
    try {
      this.#brake.run(body);
    } catch (error) {
      if (
        sqliteProblemOf(error) === 'damaged' &&
        stage === 'open' &&
        (this.#store !== undefined || warnings.length === 0)
      ) {
        return this.#restart({ stage: 'salvage', warnings: [], lost: this.#store === undefined ? lost : 0 });
      }
      if (error instanceof NoRoomYet) return this.#restart({ stage, warnings, lost });
      // What is under way is told by the end of the thread.
      if (this.#store !== undefined) throw error;
      this.#send({ type: 'failed', fault: textOf(faultOf(error, path)) });
      this.#end();
    }
  }

  #restart(next: WorkerStage): void {
    this.#send({ type: 'restart', next });
    this.#end();
  }

  #tellLate(late: readonly LateOutcome[]): void {
    for (const { ticket, outcome } of late) this.#send({ type: 'later', ticket, outcome: plain(outcome) });
  }

  #send(reply: Reply): void {
    this.#port.postMessage(reply);
  }

  #end(): void {
    this.#store = undefined;
    clearTimeout(this.#idle);
    this.#port.close();
  }
}

/** Errors lose their code on the way between threads. */
function plain(outcome: Outcome): Outcome {
  return 'fault' in outcome ? { fault: textOf(outcome.fault) } : outcome;
}

function textOf({ retry, code, message }: FaultText | OutboxFault): FaultText {
  return { retry, code, message };
}

if (parentPort !== null) new OutboxWorker(parentPort, workerData as WorkerStart).run();

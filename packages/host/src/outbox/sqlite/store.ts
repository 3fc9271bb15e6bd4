import type { LaneIdentity, OutboxReport } from '@dest/core';
import type { Connection } from './connection';
import { takeCrashNotes } from './crash-notes';
import { hasReplays, runReplays } from './dead-letter-steps';
import { openConnection } from './open-connection';
import { prepareFile } from './open-file';
import { Operations } from './operations';
import { OutboxFault } from './outbox-fault';
import type { GroupRequest, Operation, Outcome, WorkerOptions } from './protocol';
import { sqliteProblemOf } from './sqlite-problem';
import type { Steps } from './steps';
import { Tables } from './tables';

/** Work that goes on behind live traffic. */
interface Background {
  readonly ticket: number;
  readonly steps: Steps<unknown>;
}

/** An outcome that was promised before. */
export interface LateOutcome {
  readonly ticket: number;
  readonly outcome: Outcome;
}

/** The whole outbox, synchronous: groups of operations, each one transaction, and work that goes on between them. */
export class Store {
  readonly #options: WorkerOptions;
  #connection: Connection;
  #tables: Tables;
  #operations: Operations;
  readonly #lanes: LaneIdentity[] = [];
  readonly #background: Background[] = [];
  #lastTicket = 0;
  #replaying: boolean;
  readonly report: OutboxReport;

  /** @throws OutboxFault, or what SQLite throws */
  constructor(options: WorkerOptions) {
    this.#options = options;
    prepareFile(options.path);
    this.#connection = openConnection(options.path);
    this.#tables = new Tables(this.#connection, options.dedupeWindowMs);
    this.#operations = new Operations(this.#tables, options.path);
    this.#tables.load();
    takeCrashNotes(this.#tables, options.path);
    this.#replaying = hasReplays(this.#tables);
    this.report = { quarantined: 0, warnings: [], ...(this.#replaying ? { replaying: true } : {}) };
  }

  /** Performs a group, all or nothing but for operations that fail by themselves. */
  apply({ lanes, operations }: GroupRequest): readonly Outcome[] {
    this.#lanes.push(...lanes);
    this.#operations.number(lanes);
    const failed = new Map<number, OutboxFault>();
    for (;;) {
      const underWay = { index: -1 };
      try {
        return this.#perform(operations, failed, underWay);
      } catch (error) {
        const problem = sqliteProblemOf(error);
        if (problem !== undefined) return operations.map(() => ({ fault: this.#faultOf(error) }));
        // That operation alone is wrong: the others are done without it.
        if (failed.has(underWay.index) || underWay.index < 0) throw error;
        failed.set(underWay.index, this.#faultOf(error));
      }
    }
  }

  get hasBackground(): boolean {
    return this.#background.length > 0 || this.#replaying;
  }

  /** Does one step of what goes on behind live traffic. */
  step(): LateOutcome | undefined {
    const current = this.#background[0];
    if (current === undefined) {
      this.#replaying = this.#tables.transaction(() => runReplays(this.#tables));
      return undefined;
    }
    const { ticket, steps } = current;
    let outcome: Outcome | undefined;
    try {
      outcome = this.#advance(steps);
    } catch (error) {
      outcome = { fault: this.#faultOf(error) };
    }
    if (outcome === undefined) return undefined;
    this.#background.shift();
    return { ticket, outcome };
  }

  /** Finishes what was asked for. Replays go on when it is opened again. */
  close(): readonly LateOutcome[] {
    const late: LateOutcome[] = [];
    while (this.#background.length > 0) {
      const outcome = this.step();
      if (outcome !== undefined) late.push(outcome);
    }
    this.#connection.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all([]);
    this.#connection.close();
    return late;
  }

  #perform(
    operations: readonly Operation[],
    failed: ReadonlyMap<number, OutboxFault>,
    underWay: { index: number },
  ): readonly Outcome[] {
    const started: Background[] = [];
    const outcomes = this.#tables.transaction(() => {
      const done = operations.map((operation, index): Outcome => {
        const fault = failed.get(index);
        if (fault !== undefined) return { fault };
        underWay.index = index;
        return this.#performOne(operation, started);
      });
      underWay.index = -1;
      return done;
    });
    this.#background.push(...started);
    if (operations.some(({ type }) => type === 'replayDeadLetters')) this.#replaying = true;
    return outcomes;
  }

  #performOne(operation: Operation, started: Background[]): Outcome {
    const performed = this.#operations.perform(operation);
    if ('result' in performed) return { result: performed.result };
    const first = performed.steps.next();
    if (first.done === true) return { result: first.value };
    const ticket = ++this.#lastTicket;
    started.push({ ticket, steps: performed.steps });
    return { later: ticket };
  }

  /** Undefined where there is more to do. */
  #advance(steps: Steps<unknown>): Outcome | undefined {
    let next: IteratorResult<'inside' | 'outside', unknown> = this.#tables.transaction(() => steps.next());
    while (next.done !== true && next.value === 'outside') next = steps.next();
    return next.done === true ? { result: next.value } : undefined;
  }

  #faultOf(error: unknown): OutboxFault {
    return faultOf(error, this.#options.path);
  }
}

/** What went wrong, for those who wait for it. */
export function faultOf(error: unknown, path: string): OutboxFault {
  if (error instanceof OutboxFault) return error;
  const said = error instanceof Error ? error.message : String(error);
  const code = sqliteProblemOf(error) === undefined ? 'OUTBOX_FAILED' : 'OUTBOX_IO';
  return new OutboxFault({
    retry: 'transient',
    code,
    message:
      code === 'OUTBOX_IO'
        ? `The outbox file ${path} can't be read or written: ${said}. Look at its disk and its rights.`
        : `The outbox ${path} failed: ${said}.`,
  });
}

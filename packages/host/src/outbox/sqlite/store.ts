import type { OutboxReport } from '@dest/core';
import { DamagedFile } from './damaged-file';
import { hasReplays, runReplays } from './dead-letter-steps';
import { DiskSpace } from './disk-space';
import { Housekeeping } from './housekeeping';
import { commitsBehindDamage } from './log-check';
import { prepareFile } from './open-file';
import { openTables } from './open-tables';
import { Operations } from './operations';
import { type OutboxFault } from './outbox-fault';
import type { GroupRequest, Notice, Operation, Outcome, StoreOptions } from './protocol';
import { sqliteProblemOf } from './sqlite-problem';
import { faultOf, logWarning } from './store-texts';
import type { Steps } from './steps';
import type { Tables } from './tables';

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
  readonly #options: StoreOptions;
  readonly #tell: (notice: Notice) => void;
  readonly #space: DiskSpace;
  readonly #tables: Tables;
  readonly #operations: Operations;
  readonly #housekeeping: Housekeeping;
  readonly #background: Background[] = [];
  readonly #late: LateOutcome[] = [];
  #lastTicket = 0;
  #replaying = false;
  /** Replays were stopped by a full disk. */
  #waitsForRoom = false;
  readonly report: OutboxReport;

  /**
   * @param tell - is told what an operator should know of what comes later
   * @throws OutboxFault, or what SQLite throws, also where the file is damaged
   */
  constructor(options: StoreOptions, tell: (notice: Notice) => void) {
    this.#options = options;
    this.#tell = tell;
    this.#space = new DiskSpace(options.path, options.ballastBytes, tell);
    const kind = prepareFile(options.path);
    const commits = commitsBehindDamage(`${options.path}-wal`);
    if (kind === 'damaged') throw new DamagedFile('its header is not what it was');
    this.#tables = this.#space.opening(() => openTables(options));
    this.#operations = new Operations(this.#tables, options.path);
    this.#housekeeping = new Housekeeping(this.#tables.connection);
    this.#space.reserve(this.#tables.connection);
    this.#replaying = hasReplays(this.#tables);
    this.report = {
      quarantined: this.#tables.quarantine.takeFound(),
      warnings: commits > 0 ? [logWarning(options.path, commits)] : [],
      ...(this.#replaying ? { replaying: true } : {}),
    };
  }

  /**
   * Performs a group, all or nothing but for operations that fail by themselves.
   *
   * @throws where the file is damaged: nothing of the group was done then
   */
  apply({ lanes, operations }: GroupRequest): readonly Outcome[] {
    this.#operations.number(lanes);
    const failed = new Map<number, OutboxFault>();
    if (operations.some(isAppend) && !this.#space.hasRoom(this.#housekeeping)) this.#refuseAppends(operations, failed);
    let released = false;
    for (;;) {
      const underWay = { index: -1 };
      try {
        const outcomes = this.#perform(operations, failed, underWay);
        this.#tellDamaged(this.#tables.quarantine.takeFound());
        return outcomes;
      } catch (error) {
        const problem = sqliteProblemOf(error);
        if (problem === 'damaged') throw error;
        if (problem === 'full' && !released) {
          released = true;
          this.#space.fullWith(this.#housekeeping);
          this.#refuseAppends(operations, failed);
        } else if (problem === undefined && underWay.index >= 0 && !failed.has(underWay.index)) {
          // That operation alone is wrong: the others are done without it.
          failed.set(underWay.index, this.#faultOf(error));
        } else {
          return operations.map((_, index) => ({ fault: failed.get(index) ?? this.#faultOf(error) }));
        }
      }
    }
  }

  /** How long the last commit took, in milliseconds. */
  get commitMs(): number {
    return this.#tables.connection.commitMs;
  }

  /** There is work that goes on behind live traffic. */
  get hasBackground(): boolean {
    return this.#background.length > 0 || this.#replaying || this.#late.length > 0;
  }

  /** There is work that goes on when the disk has room again: to be looked at now and then. */
  get waitsForRoom(): boolean {
    return this.#waitsForRoom;
  }

  /** Does one step of it. */
  step(): readonly LateOutcome[] {
    const current = this.#background[0];
    try {
      if (current !== undefined) this.#advance(current);
      else if (this.#replaying) this.#replaying = this.#tables.transaction(() => runReplays(this.#tables));
    } catch (error) {
      this.#stepFailed(current, error);
    }
    return this.#late.splice(0);
  }

  /** When there is nothing else to do. Returns whether there is more to do. */
  keepHouse(): boolean {
    try {
      if (this.#waitsForRoom && this.#space.hasRoom(this.#housekeeping)) {
        this.#waitsForRoom = false;
        this.#replaying = hasReplays(this.#tables);
      }
      return this.#housekeeping.step();
    } catch (error) {
      // Live traffic meets it, too, and handles it.
      const problem = sqliteProblemOf(error);
      if (problem === undefined || problem === 'damaged') throw error;
      return false;
    }
  }

  /** Finishes what was asked for. Replays go on when it is opened again. */
  close(): readonly LateOutcome[] {
    const late: LateOutcome[] = [];
    try {
      while (this.#background.length > 0) late.push(...this.step());
      while (this.#housekeeping.step());
      this.#housekeeping.emptyLog();
    } catch (error) {
      // What was kept is in the log, and what is damaged is met again by the next one that opens the file.
      if (sqliteProblemOf(error) === undefined) throw error;
    }
    this.#tables.connection.close();
    for (const { ticket } of this.#background)
      late.push({ ticket, outcome: { fault: this.#faultOf(new Error('it was closed')) } });
    return late;
  }

  #perform(
    operations: readonly Operation[],
    failed: ReadonlyMap<number, OutboxFault>,
    underWay: { index: number },
  ): readonly Outcome[] {
    const started: Background[] = [];
    try {
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
    } catch (error) {
      for (const { steps } of started) steps.return(undefined);
      throw error;
    }
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

  #advance({ ticket, steps }: Background): void {
    let next: IteratorResult<'inside' | 'outside', unknown> = this.#tables.transaction(() => steps.next());
    while (next.done !== true && next.value === 'outside') next = steps.next();
    if (next.done !== true) return;
    this.#background.shift();
    this.#late.push({ ticket, outcome: { result: next.value } });
  }

  /** What was under way can be asked for again; replays that were asked for go on with the next start at the latest. */
  #stepFailed(current: Background | undefined, error: unknown): void {
    const problem = sqliteProblemOf(error);
    if (problem === 'damaged') throw error;
    if (problem === 'full') this.#space.fullWith(this.#housekeeping);
    if (current === undefined) {
      this.#replaying = false;
      this.#waitsForRoom = problem === 'full';
      this.#tell({ level: 'error', message: 'Replays stopped', fields: { reason: this.#faultOf(error).message } });
      return;
    }
    this.#background.shift();
    current.steps.return(undefined);
    this.#late.push({ ticket: current.ticket, outcome: { fault: this.#faultOf(error) } });
  }

  #refuseAppends(operations: readonly Operation[], failed: Map<number, OutboxFault>): void {
    const fault = this.#space.fault();
    for (const [index, operation] of operations.entries()) if (isAppend(operation)) failed.set(index, fault);
  }

  #tellDamaged(records: number): void {
    if (records === 0) return;
    const message = 'Records of the outbox are damaged: they are set aside, and not delivered';
    this.#tell({ level: 'error', message, fields: { path: this.#options.path, records } });
  }

  #faultOf(error: unknown): OutboxFault {
    return sqliteProblemOf(error) === 'full' ? this.#space.fault() : faultOf(error, this.#options.path);
  }
}

function isAppend({ type }: Operation): boolean {
  return type === 'append';
}

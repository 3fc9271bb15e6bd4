import { Ballast } from './ballast';
import type { Connection } from './connection';
import type { Housekeeping } from './housekeeping';
import { limitLog } from './open-connection';
import { OutboxFault } from './outbox-fault';
import type { Notice } from './protocol';
import { sqliteProblemOf } from './sqlite-problem';

/** How often it is tried whether there is room again, in milliseconds. */
const RETRY_MS = 1_000;

/** Says that another thread is to open the file. */
export class NoRoomYet extends Error {
  override readonly name = 'NoRoomYet';
}

/** Knows whether the disk is full, and keeps room for noting what was delivered. */
export class DiskSpace {
  readonly #path: string;
  readonly #ballast: Ballast;
  readonly #tell: (notice: Notice) => void;
  #triedAt = -Infinity;

  constructor(path: string, ballastBytes: number, tell: (notice: Notice) => void) {
    this.#path = path;
    this.#ballast = new Ballast(`${path}-ballast`, ballastBytes);
    this.#tell = tell;
  }

  /**
   * Opens the file.
   *
   * @throws NoRoomYet where there is room now, for another thread: this one may still hold the lock of the file
   */
  opening<Opened>(open: () => Opened): Opened {
    try {
      return open();
    } catch (error) {
      if (sqliteProblemOf(error) === 'full' && this.full()) throw new NoRoomYet();
      throw error;
    }
  }

  /** When it is open. */
  reserve(connection: Connection): void {
    // What is in the log must find room in the file when the ballast is gone.
    if (this.#ballast.bytes > 0) limitLog(connection, this.#ballast.bytes / 2);
    if (!this.#ballast.hold()) this.#tellFull();
  }

  /** There is no room. Returns whether some was released. */
  full(): boolean {
    this.#triedAt = performance.now();
    const released = this.#attempt(() => this.#ballast.release()) === true;
    if (released) this.#tellFull();
    return released;
  }

  /** The same, while it is open: the log is emptied into the file, so that there is room for a new one. */
  fullWith(housekeeping: Housekeeping): void {
    this.full();
    this.#attempt(() => housekeeping.emptyLog());
  }

  /** Whether envelopes are taken in; now and then looks whether there is room again. */
  hasRoom(housekeeping: Housekeeping): boolean {
    if (this.#ballast.isHeld) return true;
    if (performance.now() - this.#triedAt < RETRY_MS) return false;
    this.#triedAt = performance.now();
    this.#attempt(() => housekeeping.giveAllBack());
    if (this.#attempt(() => this.#ballast.hold()) !== true) return false;
    this.#tell({ level: 'info', message: 'The disk of the outbox has room again', fields: { path: this.#path } });
    return true;
  }

  fault(): OutboxFault {
    return new OutboxFault({
      retry: 'transient',
      code: 'OUTBOX_DISK_FULL',
      message:
        `There is no room for the outbox ${this.#path}: nothing is taken in, what waits is still delivered. Make room on ` +
        'its disk; it goes on by itself.',
    });
  }

  /** Undefined where the disk won't have it; live traffic meets that, too, and is told. */
  #attempt<Result>(body: () => Result): Result | undefined {
    try {
      return body();
    } catch (error) {
      const problem = sqliteProblemOf(error);
      if (problem === undefined || problem === 'damaged') throw error;
      return undefined;
    }
  }

  #tellFull(): void {
    const message = 'The disk of the outbox is full: nothing is taken in until there is room';
    this.#tell({ level: 'error', message, fields: { path: this.#path, code: this.fault().code } });
  }
}

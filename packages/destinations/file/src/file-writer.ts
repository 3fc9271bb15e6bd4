import { TransientError } from '@dest/core';
import { AppendFile } from './append-file';
import { fileError } from './file-error';
import { planSegments, type Entry } from './plan-segments';
import { rotateFiles } from './rotate-files';
import type { Rotation } from './rotation';

interface Waiting extends Entry {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** The one writer of a file. What arrives while a write runs goes into the next one together, and is synced once. */
export class FileWriter {
  readonly #path: string;
  #file: AppendFile | undefined;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #closed = false;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Opens the file at an absolute path. Throws as `append` does. */
  static async open(path: string): Promise<FileWriter> {
    const writer = new FileWriter(path);
    await writer.append([]);
    return writer;
  }

  /**
   * Appends records, each with its line break, in order. Resolves when all are on disk. Without records: makes sure that
   * the file can be appended to.
   *
   * @throws ConfigurationError `FILE_NOT_WRITABLE`; TransientError `FILE_WRITE_FAILED` or `FILE_CLOSED`, of the destination.
   */
  async append(records: readonly string[], rotation?: Rotation): Promise<void> {
    if (this.#closed) throw closedError(this.#path);
    const written = new Promise<void>((resolve, reject) => this.#waiting.push({ records, rotation, resolve, reject }));
    this.#writing ??= this.#writeWaiting();
    await written;
  }

  /** Writes what is waiting, then closes the file. Safe twice. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
    await this.#forgetFile();
  }

  async #writeWaiting(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      await this.#write(group);
    }
    this.#writing = undefined;
  }

  async #write(group: readonly Waiting[]): Promise<void> {
    const unfinished = new Set(group);
    try {
      const { size } = await this.#currentFile();
      for (const { rotateKeeping, records, completes } of planSegments(group, size)) {
        if (rotateKeeping !== undefined) await this.#rotate(rotateKeeping);
        if (records.length > 0) await (this.#file ?? (await this.#currentFile())).append(records.join(''));
        for (const entry of completes) {
          entry.resolve();
          unfinished.delete(entry);
        }
      }
    } catch (error) {
      const failure = fileError(error, this.#path);
      for (const { reject } of unfinished) reject(failure);
    }
  }

  /** The open file; another one where it was removed, renamed or replaced meanwhile, as log rotation does. */
  async #currentFile(): Promise<AppendFile> {
    if (this.#file !== undefined && !(await this.#file.refresh())) await this.#forgetFile();
    return (this.#file ??= await AppendFile.open(this.#path));
  }

  async #rotate(keep: number): Promise<void> {
    await this.#forgetFile();
    await rotateFiles(this.#path, keep);
  }

  async #forgetFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}

function closedError(path: string): TransientError {
  return new TransientError(`${path} is closed: its destination is closing.`, {
    code: 'FILE_CLOSED',
    scope: 'destination',
  });
}

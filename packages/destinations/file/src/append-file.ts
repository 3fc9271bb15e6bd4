import { mkdir, open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './sync-folder';

const LINE_BREAK = 0x0a;

/** An open file that whole lines are appended to. One call at a time. */
export class AppendFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #identity: string;
  #size: number;
  /** Whether the file may end in the middle of a line. */
  #torn = true;

  private constructor(path: string, handle: FileHandle, identity: string, size: number) {
    this.#path = path;
    this.#handle = handle;
    this.#identity = identity;
    this.#size = size;
  }

  /** Opens for appending; makes the file (mode 0600) and its folders (0700) where they are missing. */
  static async open(path: string): Promise<AppendFile> {
    const existed = await refuseOtherThanFile(path);
    const madeFolder = await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const handle = await open(path, 'a+', 0o600);
    try {
      const { dev, ino, size } = await handle.stat();
      if (!existed) await syncFolders(dirname(path), madeFolder);
      const file = new AppendFile(path, handle, `${dev}:${ino}`, size);
      await file.#endLine();
      return file;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Bytes in the file, as of `refresh` or the last write. */
  get size(): number {
    return this.#size;
  }

  /** Looks at the file again. False where it was removed, renamed or replaced: open another. */
  async refresh(): Promise<boolean> {
    const found = await statIfThere(this.#path);
    if (found === undefined || `${found.dev}:${found.ino}` !== this.#identity) return false;
    if (found.size !== this.#size) this.#torn = true;
    this.#size = found.size;
    await this.#endLine();
    return true;
  }

  /** Appends, and resolves when it is on disk. Where it fails, what was written of it is taken back. */
  async append(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    let written = 0;
    try {
      while (written < bytes.length) written += (await this.#handle.write(bytes, written)).bytesWritten;
      await this.#handle.datasync();
      this.#size += written;
    } catch (error) {
      this.#torn = true;
      await this.#takeBack(written);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #takeBack(written: number): Promise<void> {
    try {
      const { size } = await this.#handle.stat();
      // Not where another process has appended meanwhile: its lines would go too.
      if (size === this.#size + written) await this.#handle.truncate(this.#size);
      else this.#size = size;
      await this.#endLine();
    } catch {
      // The line is ended before the next write.
    }
  }

  /** Ends a line that a crash or a failed write left unfinished, so that the next one stays whole. */
  async #endLine(): Promise<void> {
    if (!this.#torn) return;
    if (this.#size > 0) {
      const { bytesRead, buffer } = await this.#handle.read(Buffer.alloc(1), 0, 1, this.#size - 1);
      if (bytesRead === 1 && buffer[0] !== LINE_BREAK) this.#size += (await this.#handle.write('\n')).bytesWritten;
    }
    this.#torn = false;
  }
}

/** Opening a pipe would wait for its reader, and a device keeps nothing. Tells whether the file is there. */
async function refuseOtherThanFile(path: string): Promise<boolean> {
  const found = await statIfThere(path);
  if (found === undefined || found.isFile()) return found !== undefined;
  const code = found.isDirectory() ? 'EISDIR' : 'ENOTSUP';
  throw Object.assign(new Error(`${path} is ${found.isDirectory() ? 'a folder' : 'no regular file'}`), { code });
}

async function statIfThere(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** From the file's folder up to the one that the first new folder was made in. */
async function syncFolders(folder: string, firstMade: string | undefined): Promise<void> {
  await syncFolder(folder);
  if (firstMade === undefined) return;
  for (let made = folder; made.length >= firstMade.length; made = dirname(made)) await syncFolder(dirname(made));
}

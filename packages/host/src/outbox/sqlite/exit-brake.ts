const STOP = 0;
const BUSY = 1;

/** How long the end of the process waits for what the thread is doing, in milliseconds. */
const PATIENCE_MS = 10_000;

/**
 * Lets the process end only while the thread is in no call of libsql: one that is cut off there aborts the process. Both
 * sides share one by its memory.
 */
export class ExitBrake {
  readonly memory: SharedArrayBuffer;
  readonly #flags: Int32Array;

  constructor(memory = new SharedArrayBuffer(8)) {
    this.memory = memory;
    this.#flags = new Int32Array(memory);
  }

  /** In the thread: does something that must not be cut off. Where the process ends it is not begun, and nothing follows. */
  run(body: () => void): void {
    Atomics.store(this.#flags, BUSY, 1);
    while (Atomics.load(this.#flags, STOP) === 1) this.#rest();
    try {
      body();
    } finally {
      this.#free();
    }
  }

  /** In the main thread, as the last thing that it does. */
  readonly stop = (): void => {
    Atomics.store(this.#flags, STOP, 1);
    if (Atomics.load(this.#flags, BUSY) === 1) Atomics.wait(this.#flags, BUSY, 1, PATIENCE_MS);
  };

  #rest(): void {
    this.#free();
    Atomics.wait(this.#flags, STOP, 1);
  }

  #free(): void {
    Atomics.store(this.#flags, BUSY, 0);
    Atomics.notify(this.#flags, BUSY);
  }
}

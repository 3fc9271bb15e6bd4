/** What an operation does. */
export interface Operation<Result> {
  readonly result: Promise<Result>;
  /** Resolves, never rejects, when what comes after it may begin. Absent: when the result is there. */
  readonly passed?: Promise<void>;
}

interface Waiting {
  /** Whether it may run beside others that may as well; absent where it runs alone. */
  readonly mayShare: (() => boolean) | undefined;
  readonly begin: () => Promise<void>;
}

/**
 * Runs operations in the order in which they were asked for: what was called earlier takes effect earlier. Those that may
 * share run beside one another; what they begin with at once, they do in order.
 */
export class OperationQueue {
  readonly #waiting: Waiting[] = [];
  readonly #running = new Set<Promise<void>>();
  #isExclusive = false;

  /** Runs alone. */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#enqueue(undefined, () => ({ result: work() }));
  }

  /**
   * Runs beside others of its kind, where `mayShare` says so when its turn comes; alone otherwise.
   *
   * @param work must not throw
   */
  share<Result>(mayShare: () => boolean, work: () => Operation<Result>): Promise<Result> {
    return this.#enqueue(mayShare, work);
  }

  /**
   * Runs after what is under way when its turn comes, and holds back nothing that may share.
   *
   * @param work must not throw
   */
  follow<Result>(work: () => Promise<Result>): Promise<Result> {
    const always = (): boolean => true;
    return this.#enqueue(always, () => ({ result: Promise.all(this.#running).then(work) }));
  }

  #enqueue<Result>(mayShare: (() => boolean) | undefined, work: () => Operation<Result>): Promise<Result> {
    return new Promise<Result>((resolve) => {
      this.#waiting.push({
        mayShare,
        begin: () => {
          const { result, passed } = work();
          resolve(result);
          return passed ?? result.then(nothing, nothing);
        },
      });
      this.#pump();
    });
  }

  #pump(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const shares = next.mayShare?.() === true;
      if (this.#isExclusive || (this.#running.size > 0 && !shares)) return;
      this.#waiting.shift();
      this.#isExclusive = !shares;
      const running: Promise<void> = next.begin().then(() => {
        this.#running.delete(running);
        this.#isExclusive = false;
        this.#pump();
      });
      this.#running.add(running);
    }
  }
}

function nothing(): void {
  return undefined;
}

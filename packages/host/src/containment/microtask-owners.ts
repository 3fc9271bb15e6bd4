import { attributedTo } from './attribution';
import type { Owner } from './plugin-fault';

/**
 * Remembers who asked for the microtask that threw last. Node.js 20 and 22 have left a microtask's context by the time they
 * tell what it threw; everywhere else, the context tells the owner.
 */
export class MicrotaskOwners {
  #last: { readonly thrown: unknown; readonly owner: Owner } | undefined;

  /** Has microtasks of plugins watched, until what is returned is called. */
  watch(): () => void {
    const original = globalThis.queueMicrotask;
    const watched: typeof original = (callback) => {
      const owner = attributedTo();
      if (owner === undefined || typeof callback !== 'function') original(callback);
      else original(() => this.#run(owner, callback));
    };
    globalThis.queueMicrotask = watched;
    return () => {
      // Somebody else may have put something around it since: that stays.
      if (globalThis.queueMicrotask === watched) globalThis.queueMicrotask = original;
    };
  }

  /** Whose microtask threw this just now. Asked once for everything that nobody caught. */
  take(thrown: unknown): Owner | undefined {
    const last = this.#last;
    this.#last = undefined;
    return last !== undefined && Object.is(last.thrown, thrown) ? last.owner : undefined;
  }

  #run(owner: Owner, callback: () => void): void {
    try {
      callback();
    } catch (thrown) {
      this.#last = { thrown, owner };
      throw thrown;
    }
  }
}

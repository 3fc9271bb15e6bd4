import { attributedTo, keepAttribution, runUnattributed } from './attribution';
import { MicrotaskOwners } from './microtask-owners';
import type { FaultTaker, UncaughtFault } from './plugin-fault';

type Emit = (this: NodeJS.Process, event: string | symbol, ...values: unknown[]) => boolean;

/**
 * Asks the takers about everything in this process that nobody caught. It stands before the listeners of
 * `uncaughtException` and `unhandledRejection` and is none itself: what a taker contains, no listener sees, and about all else
 * Node.js finds as many listeners as the application has. Without any it ends the process as it always does.
 */
class PluginFaultHandler {
  readonly #takers: FaultTaker[] = [];
  readonly #microtasks = new MicrotaskOwners();
  #uninstall = (): void => undefined;

  /** Returns what takes the taker away again. */
  add(taker: FaultTaker): () => void {
    if (this.#takers.length === 0) this.#uninstall = this.#install();
    const entry: FaultTaker = { take: (fault) => taker.take(fault) };
    this.#takers.unshift(entry);
    return () => {
      const index = this.#takers.indexOf(entry);
      if (index === -1) return;
      this.#takers.splice(index, 1);
      if (this.#takers.length === 0) this.#uninstall();
    };
  }

  #install(): () => void {
    const stopAttribution = keepAttribution();
    const stopWatching = this.#microtasks.watch();
    const stopIntercepting = interceptUncaught((thrown, origin) => this.#contains(thrown, origin));
    return () => {
      stopIntercepting();
      stopWatching();
      stopAttribution();
    };
  }

  #contains(thrown: unknown, origin: UncaughtFault['origin']): boolean {
    const ofMicrotask = this.#microtasks.take(thrown);
    const owner = attributedTo() ?? ofMicrotask;
    const fault = { thrown, owner, origin };
    const told = owner?.faults;
    const takers = told === undefined ? this.#takers : [told, ...this.#takers];
    return runUnattributed(() => takers.some((taker) => ask(taker, fault)));
  }
}

function ask(taker: FaultTaker, fault: UncaughtFault): boolean {
  try {
    return taker.take(fault);
  } catch (error) {
    // In here it would end the process with another exit code, and without its place.
    setImmediate(() => {
      throw error;
    });
    return fault.owner !== undefined;
  }
}

/** Asks first where Node.js tells of something that nobody caught. Returns what ends that. */
function interceptUncaught(contains: (thrown: unknown, origin: UncaughtFault['origin']) => boolean): () => void {
  const own = Object.getOwnPropertyDescriptor(process, 'emit');
  const emit = process.emit as Emit;
  let asking = true;
  const intercepting: Emit = function (event, ...values) {
    const isUncaught = event === 'uncaughtException' || event === 'unhandledRejection';
    if (isUncaught && asking && contains(values[0], event)) return true;
    return emit.call(this, event, ...values);
  };
  process.emit = intercepting as typeof process.emit;
  return () => {
    asking = false;
    // Somebody else may have put something around it since: that stays.
    if (process.emit !== intercepting) return;
    if (own === undefined) Reflect.deleteProperty(process, 'emit');
    else Object.defineProperty(process, 'emit', own);
  };
}

const handler = new PluginFaultHandler();

/**
 * Has faults of plugins contained, for this whole process: what a plugin's code throws outside of any call, and rejections
 * of its promises that nobody awaits. The taker that came last is asked first. What none contains goes to the
 * application's own handlers, and ends the process where there are none.
 *
 * @returns what ends it for this taker. When the last one is gone the process is as it was before
 */
export function containFaults(taker: FaultTaker): () => void {
  return handler.add(taker);
}

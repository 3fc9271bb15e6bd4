import { AsyncLocalStorage } from 'node:async_hooks';
import type { Owner } from './plugin-fault';

const owners = new AsyncLocalStorage<Owner | undefined>();
let keepers = 0;

/**
 * Has attribution kept from now on, until what is returned is called. Nobody asks for it by default: on Node.js 20 and 22
 * every promise of the process costs more with it.
 */
export function keepAttribution(): () => void {
  keepers++;
  let kept = true;
  return () => {
    if (!kept) return;
    kept = false;
    keepers--;
    if (keepers === 0) owners.disable();
  };
}

/**
 * Calls a plugin's code. What it starts, such as timers, sockets and promises, is its owner's too. What the caller does after
 * that, also what awaits the result, is not.
 */
export function runAttributed<Result>(owner: Owner, call: () => Result): Result {
  return keepers === 0 ? call() : owners.run(owner, call);
}

/** Calls code of the host or the application that a plugin has asked for: what it starts is not the plugin's. */
export function runUnattributed<Result>(call: () => Result): Result {
  return attributedTo() === undefined ? call() : owners.run(undefined, call);
}

/** The same for what is asynchronous. The promise is the plugin's: where it awaits it nowhere, a rejection is its fault. */
export function runUnattributedAsync<Result>(call: () => Promise<Result>): Promise<Result> {
  if (attributedTo() === undefined) return call();
  return (async () => await runUnattributed(call))();
}

/** Whether anybody has asked for attribution. */
export function keepsAttribution(): boolean {
  return keepers > 0;
}

/** Whose code runs; undefined for the host's and the application's own, and where attribution isn't kept. */
export function attributedTo(): Owner | undefined {
  return keepers === 0 ? undefined : owners.getStore();
}

import { keepsAttribution, runAttributed } from './attribution';
import type { Owner } from './plugin-fault';

/** Who was handed a signal. */
const listening = new WeakMap<AbortSignal, Owner>();

/** Takes note that a plugin is handed a signal, with which it may do anything. */
export function handSignal(owner: Owner, signal: unknown): void {
  if (keepsAttribution() && signal instanceof AbortSignal) listening.set(signal, owner);
}

/** Aborts a call. Whoever was handed its signal listens to it: that is the plugin's code, also in the host's own call. */
export function abortAttributed(controller: AbortController, reason: unknown): void {
  const owner = listening.get(controller.signal);
  if (owner === undefined) controller.abort(reason);
  else runAttributed(owner, () => controller.abort(reason));
}

import { messageOf } from '@dest/core';
import type { Application } from '@dest/host';
import { count } from './output/count';
import type { Console } from './output/console';
import { PluginFolders } from './plugin-folders';

/** So many are told one by one; the rest is counted. */
const TOLD = 10;

/**
 * Takes what plugins throw outside of any call: in a timer, or in a promise that nobody awaits. It ends neither the process
 * nor what other destinations do; the run goes on to its report. What is not a plugin's is handed on.
 */
export class PluginFaults {
  readonly #handOn: (thrown: unknown) => void;
  /** What was thrown before it could be known by whom. */
  readonly #early: unknown[] = [];
  #told: { readonly folders: PluginFolders; readonly console: Console } | undefined;
  #count = 0;

  /** @param handOn - gets what is no plugin's */
  constructor(handOn: (thrown: unknown) => void = () => undefined) {
    this.#handOn = handOn;
  }

  get count(): number {
    return this.#count;
  }

  /** From now on it is known which plugins there are. */
  watch(application: Application, console: Console): void {
    this.#told = { folders: new PluginFolders(application), console };
    for (const thrown of this.#early.splice(0)) this.take(thrown);
  }

  /** Takes something that nobody caught. */
  take(thrown: unknown): void {
    if (this.#told === undefined) {
      this.#early.push(thrown);
      return;
    }
    const { folders, console } = this.#told;
    const plugin = folders.pluginBehind(thrown);
    if (plugin === undefined) {
      this.#handOn(thrown);
      return;
    }
    this.#count++;
    if (this.#count > TOLD) return;
    console.note(
      `${console.noteColors.red('PLUGIN_FAULT')} Plugin ${plugin} throws outside of any call: ${messageOf(thrown)}. ` +
        "What it was doing may not be done; report it to the plugin's author.",
    );
  }

  /** Says how many there were where not all were told; hands on what could not be told apart. */
  end(): void {
    if (this.#count > TOLD) this.#told?.console.note(`${count(this.#count, 'fault')} of plugins outside of any call.`);
    for (const thrown of this.#early.splice(0)) this.#handOn(thrown);
  }
}

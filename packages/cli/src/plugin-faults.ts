import { messageOf } from '@dest/core';
import { PluginFolders, type FaultTaker, type Owner, type PluginsOfApplication, type UncaughtFault } from '@dest/host';
import { resolve } from 'node:path';
import type { Console } from './output/console';
import { count, formatNumber } from './output/count';
import { printable } from './output/printable';

/** So many are told one by one; after that the 100th, the 1,000th, … */
const TOLD = 10;

export interface PluginFaultsOptions {
  /** Called when something is no plugin's: the process ends after that. */
  readonly onForeign?: () => void;
  /** Writes a line where no command has got as far as to have its console. */
  readonly note?: (text: string) => void;
}

/**
 * Takes what plugins throw outside of any call: in a timer, or in a promise that nobody awaits. It ends neither the process
 * nor what other destinations do; the run goes on to its report. What is not a plugin's is not taken.
 */
export class PluginFaults implements FaultTaker {
  readonly #onForeign: () => void;
  readonly #note: (text: string) => void;
  /** What was thrown before there was somewhere to tell it. */
  readonly #early: { readonly owner: Owner; readonly thrown: unknown }[] = [];
  readonly #counts = new Map<string, number>();
  #told: { readonly folders: PluginFolders; readonly console: Console } | undefined;
  #count = 0;

  constructor({ onForeign = () => undefined, note = () => undefined }: PluginFaultsOptions = {}) {
    this.#onForeign = onForeign;
    this.#note = note;
  }

  get count(): number {
    return this.#count;
  }

  /** From now on it is known which plugins there are, and what must not be told. */
  watch(application: PluginsOfApplication, console: Console): void {
    // Nothing in this process is an application's: whatever has a plugin in its stack is that plugin's.
    this.#told = { folders: new PluginFolders(application, [resolve(__dirname, '..')]), console };
    for (const { owner, thrown } of this.#early.splice(0)) this.#tell(owner, thrown);
  }

  take({ thrown, owner: attributed }: UncaughtFault): boolean {
    const owner = attributed ?? this.#ownerBehind(thrown);
    if (owner === undefined) {
      this.#onForeign();
      return false;
    }
    if (this.#told === undefined) this.#early.push({ owner, thrown });
    else this.#tell(owner, thrown);
    return true;
  }

  /** Says how many there were where not all were told. */
  end(): void {
    for (const { owner } of this.#early.splice(0)) {
      this.#count++;
      this.#note(`PLUGIN_FAULT ${beginning(owner)}. What it says isn't shown: the configuration could not be used.`);
    }
    if (this.#count <= TOLD || this.#told === undefined) return;
    const byOwner = [...this.#counts].map(([name, amount]) => `${name} ${amount}`).join(', ');
    this.#told.console.note(`${count(this.#count, 'fault')} of plugins outside of any call: ${byOwner}.`);
  }

  #ownerBehind(thrown: unknown): Owner | undefined {
    const plugin = this.#told?.folders.pluginBehind(thrown);
    return plugin === undefined ? undefined : { package: plugin };
  }

  #tell(owner: Owner, thrown: unknown): void {
    this.#count++;
    const name = owner.destination ?? owner.package;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    const console = this.#told?.console;
    if (console === undefined || (this.#count > TOLD && !Number.isInteger(Math.log10(this.#count)))) return;
    const soFar = this.#count > TOLD ? ` (${formatNumber(this.#count)} so far)` : '';
    console.note(
      `${console.noteColors.red('PLUGIN_FAULT')} ${beginning(owner)}${soFar}: ${printable(messageOf(thrown))}. ` +
        "What it was doing may not be done; report it to the plugin's author.",
    );
  }
}

function beginning({ package: name, destination }: Owner): string {
  return `Plugin ${name}${destination === undefined ? '' : ` of destination ${destination}`} throws outside of any call`;
}

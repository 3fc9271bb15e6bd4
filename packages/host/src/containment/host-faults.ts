import { messageOf, type Logger } from '@dest/core';
import type { Application } from '../application/application';
import type { Redact } from '../application/redactor';
import { containFaults } from './plugin-fault-handler';
import type { FaultTaker, Owner, UncaughtFault } from './plugin-fault';
import { PluginFolders } from './plugin-folders';

/** So many of each owner are logged one by one; after that the 1,000th, the 10,000th, … */
const LOGGED = 100;

/** How much of a text is logged, in UTF-16 units. */
const MAX_TEXT_LENGTH = 10_000;

export interface HostFaultsOptions {
  readonly logger: Logger;
  /** Whether faults are contained for the whole process. False: they are counted where somebody else contains them. */
  readonly contain: boolean;
}

/** The faults of one host's plugins outside of any call. Those of other hosts are not its own. */
export class HostFaults implements FaultTaker {
  readonly #logger: Logger;
  readonly #contain: boolean;
  readonly #stop: () => void;
  readonly #counts = new Map<string, number>();
  /** What came before it was known what must not be logged. */
  readonly #early: { readonly owner: Owner; readonly thrown: unknown }[] = [];
  #redact: Redact | undefined;
  #folders: PluginFolders | undefined;

  constructor({ logger, contain }: HostFaultsOptions) {
    this.#logger = logger;
    this.#contain = contain;
    this.#stop = contain ? containFaults(this) : () => undefined;
  }

  /** The owner of a destination's instance. */
  ownerOf({ id, package: name }: { readonly id: string; readonly package: string }): Owner {
    return { package: name, destination: id, faults: this };
  }

  /**
   * Takes note of the application, which has the plugins; again after a reload.
   *
   * @param redact - takes out of a text what must not be logged
   */
  watch(application: Application, redact: Redact): void {
    this.#redact = redact;
    if (this.#contain) this.#folders = new PluginFolders(application);
    for (const { owner, thrown } of this.#early.splice(0)) this.#log(owner, thrown);
  }

  take({ thrown, owner: attributed }: UncaughtFault): boolean {
    const owner = attributed ?? this.#ownerBelow(thrown);
    if (owner?.faults !== this) return false;
    const key = keyOf(owner);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    if (this.#contain) this.#log(owner, thrown);
    return this.#contain;
  }

  /** How many there were of a destination. */
  countOf(destination: string): number {
    return this.#counts.get(destinationKey(destination)) ?? 0;
  }

  /**
   * Contains nothing more, unless other hosts still have faults contained: then what this host's plugins left behind harms
   * those neither.
   */
  close(): void {
    this.#stop();
    for (const { owner } of this.#early.splice(0)) {
      this.#logger.error(`${beginning(owner)}. What it says isn't shown: the configuration could not be used.`, {
        ...fieldsOf(owner),
        code: 'PLUGIN_FAULT',
      });
    }
  }

  /** For code that ran outside of every attribution, such as a listener of a signal. */
  #ownerBelow(thrown: unknown): Owner | undefined {
    const plugin = this.#folders?.pluginBelow(thrown);
    return plugin === undefined ? undefined : { package: plugin, faults: this };
  }

  #log(owner: Owner, thrown: unknown): void {
    const redact = this.#redact;
    if (redact === undefined) {
      this.#early.push({ owner, thrown });
      return;
    }
    const count = this.#counts.get(keyOf(owner)) ?? 0;
    if (count > LOGGED && !Number.isInteger(Math.log10(count))) return;
    const stack = stackOf(thrown);
    this.#logger.error(
      `${beginning(owner)}: ${shown(messageOf(thrown), redact)}. What it was doing may not be done; report it to the ` +
        "plugin's author.",
      {
        ...fieldsOf(owner),
        code: 'PLUGIN_FAULT',
        count,
        ...(stack === undefined ? {} : { stack: shown(stack, redact) }),
      },
    );
  }
}

function beginning({ package: name, destination }: Owner): string {
  return `Plugin ${name}${destination === undefined ? '' : ` of destination ${destination}`} throws outside of any call`;
}

function fieldsOf({ package: name, destination }: Owner): Readonly<Record<string, string>> {
  return { package: name, ...(destination === undefined ? {} : { destination }) };
}

function keyOf({ package: name, destination }: Owner): string {
  return destination === undefined ? `package ${name}` : destinationKey(destination);
}

/** Ids of destinations are a host's own, whatever package they have. */
function destinationKey(id: string): string {
  return `destination ${id}`;
}

function shown(text: string, redact: Redact): string {
  const redacted = redact(text);
  return redacted.length <= MAX_TEXT_LENGTH ? redacted : `${redacted.slice(0, MAX_TEXT_LENGTH)}…`;
}

/** Never throws: a stack may be a getter. */
function stackOf(thrown: unknown): string | undefined {
  try {
    const stack = (thrown as { stack?: unknown } | null | undefined)?.stack;
    return typeof stack === 'string' ? stack : undefined;
  } catch {
    return undefined;
  }
}

import 'reflect-metadata';
import { container as root } from 'tsyringe';
import { LocalConnections, prefixedConnections } from '../connections/local-connections';
import type { DestinationInterface } from '../contract/destination-interface';
import { ConfigurationError } from '../errors/configuration-error';
import { codeOf, messageOf } from '../errors/failure';
import { PluginError } from '../errors/plugin-error';
import { createHttp } from '../http/create-http';
import { CLOCK, CONNECTIONS, DEBUG, DESTINATION, FILES, HTTP, LOGGER, METRICS, RESOURCE } from '../injection/tokens';
import { loadPlugin } from '../loader/load-plugin';
import { readPluginSpecification, type PluginSpecification } from '../loader/plugin-specification';
import type { Destination } from '../model/destination';
import type { Resource } from '../model/resource';
import { systemClock, type Clock } from '../ports/clock';
import type { Connections } from '../ports/connections';
import type { Files } from '../ports/files';
import type { Http } from '../ports/http';
import { noopLogger, type Logger } from '../ports/logger';
import { noopMetrics, type Metrics } from '../ports/metrics';
import { nearest } from '../schema/nearest';
import { coreVersion } from './core-version';
import { described } from './described';
import { prepareInstance, type DestinationIssue } from './prepare-instance';
import { readRegistration, type RegisteredDestination, type RegistryEntry } from './read-registration';
import type { Bindings } from './registration';
import { unrestrictedFiles } from './unrestricted-files';

export interface DestinationRegistryOptions {
  /** The application's folder: plugins' names and paths resolve from it. */
  readonly from: string;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
  readonly clock?: Clock;
  readonly http?: Http;
  readonly connections?: Connections;
  readonly files?: Files;
  /** Further values that constructors may ask for, by token. */
  readonly bindings?: Bindings;
  /** How long a plugin's module may take to load. Default: 10,000 ms. */
  readonly importTimeoutMs?: number;
}

/** What an instance is made from. */
export interface CreateOptions {
  readonly debug: boolean;
  /** Absent for a destination that names none. */
  readonly resource?: Resource | undefined;
  readonly destination: Destination;
}

/**
 * Knows destination classes by the name that a configured destination's `package` says, and makes instances of them.
 * Each registry has a container of its own, so that two hosts in one process don't see each other's plugins.
 */
export class DestinationRegistry {
  readonly #container = root.createChildContainer();
  readonly #tokens = new Map<string, symbol>();
  readonly #loading = new Map<string, Promise<readonly RegisteredDestination[]>>();
  readonly #options: DestinationRegistryOptions;
  readonly #clock: Clock;
  readonly #connections: Connections;
  readonly #shared: Bindings;

  constructor(options: DestinationRegistryOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#connections = options.connections ?? new LocalConnections();
    this.#shared = [
      [LOGGER, options.logger ?? noopLogger],
      [METRICS, options.metrics ?? noopMetrics],
      [CLOCK, this.#clock],
      [HTTP, options.http ?? createHttp()],
      [FILES, options.files ?? unrestrictedFiles(options.from)],
      ...(options.bindings ?? []),
    ];
  }

  /**
   * Loads a plugin by name or path and registers its classes. Loading one twice does nothing.
   *
   * @throws PluginError, which names the plugin, the cause and the remedy; what was registered before stays.
   */
  async load(specification: PluginSpecification): Promise<readonly RegisteredDestination[]> {
    const reference = readPluginSpecification(specification);
    const key = `${reference.target} ${reference.range ?? ''}`;
    const known = this.#loading.get(key);
    if (known !== undefined) return known;
    const loading = this.#load(specification);
    this.#loading.set(key, loading);
    try {
      return await loading;
    } catch (error) {
      this.#loading.delete(key);
      throw error;
    }
  }

  /** Registers a class of the application itself. */
  register(target: object): RegisteredDestination {
    const entry = readRegistration(target);
    this.#add([entry], entry.registered.package);
    return entry.registered;
  }

  /** The registered classes, in the order in which they came. */
  list(): readonly RegisteredDestination[] {
    return [...this.#tokens.values()].map((token) => this.#container.resolve<RegistryEntry>(token).registered);
  }

  /** Whether a class is registered under this name. */
  has(name: string): boolean {
    return this.#tokens.has(name);
  }

  /**
   * The class registered under a destination's `package`.
   *
   * @throws ConfigurationError `PACKAGE_UNKNOWN`
   */
  resolve(name: string): RegisteredDestination {
    return this.#entry(name).registered;
  }

  /**
   * Makes an instance: picks the side of the credentials that `debug` selects, validates them and `init`, fills in
   * defaults, injects, constructs.
   *
   * @throws ConfigurationError `DEBUG_NOT_BOOLEAN`, `PACKAGE_UNKNOWN`, `RESOURCE_UNKNOWN`, `CREDENTIALS_MISSING`,
   * `CREDENTIALS_INVALID`, `INIT_INVALID` or `DESTINATION_CONSTRUCTOR_FAILED`
   */
  create(options: CreateOptions): DestinationInterface {
    const { debug, destination } = options;
    if (typeof debug !== 'boolean') {
      throw new ConfigurationError(
        `Destination ${destination.id}: debug should be true or false, is ${described(debug)}.`,
        { code: 'DEBUG_NOT_BOOLEAN' },
      );
    }
    const entry = this.#entry(destination.package, destination.id);
    const prepared = prepareInstance(debug, options.resource, destination, entry);
    const [issue] = prepared.issues;
    if (issue !== undefined) {
      const what = prepared.issues.map(({ message }) => message).join('; ');
      throw new ConfigurationError(`Destination ${destination.id}: ${what}.`, { code: issue.code });
    }
    const bindings: Bindings = [
      ...this.#shared,
      [CONNECTIONS, prefixedConnections(this.#connections, packageOf(entry.registered.package))],
      [DEBUG, debug],
      [RESOURCE, prepared.resource],
      [DESTINATION, prepared.destination],
    ];
    try {
      return entry.construct(bindings) as DestinationInterface;
    } catch (cause) {
      throw new ConfigurationError(
        `Destination ${destination.id}: an instance of ${destination.package} can't be made: ${messageOf(cause)}`,
        { code: codeOf(cause) ?? 'DESTINATION_CONSTRUCTOR_FAILED', cause },
      );
    }
  }

  /** Everything that keeps a destination from working, without making an instance; empty where nothing does. */
  validate(options: CreateOptions): readonly DestinationIssue[] {
    const { debug, resource, destination } = options;
    if (this.has(destination.package)) {
      return prepareInstance(debug, resource, destination, this.#entry(destination.package)).issues;
    }
    const message = messageOf(this.#unknown(destination.package));
    return [{ code: 'PACKAGE_UNKNOWN', part: 'package', pointer: '', message: `package: ${message}` }];
  }

  async #load(specification: PluginSpecification): Promise<readonly RegisteredDestination[]> {
    const reference = readPluginSpecification(specification);
    const { listed } = reference;
    const plugin = await loadPlugin(reference, {
      from: this.#options.from,
      coreVersion: coreVersion(),
      timeoutMs: this.#options.importTimeoutMs ?? 10_000,
      clock: this.#clock,
    });
    const entries = plugin.classes.map((target) => readRegistration(target, listed, plugin.package?.version));
    const owner = plugin.package?.name;
    for (const { registered } of entries) {
      const { package: name } = registered;
      if (owner === undefined || name === owner || name.startsWith(`${owner}#`)) continue;
      throw new PluginError(
        `Plugin ${listed} registers the name ${name}, which is not its own. A package registers its own name, ${owner}, or ${owner}#something.`,
        { code: 'PLUGIN_NAME_FOREIGN', plugin: listed },
      );
    }
    this.#add(entries, listed);
    return entries.map(({ registered }) => registered);
  }

  /** All or none, so that a plugin that is refused leaves nothing behind. */
  #add(entries: readonly RegistryEntry[], plugin: string): void {
    const names = new Set<string>();
    for (const { registered } of entries) {
      const { package: name } = registered;
      const present = this.#tokens.get(name);
      const holder = present === undefined ? undefined : this.#container.resolve<RegistryEntry>(present).registered;
      if (holder?.class === registered.class) continue;
      if (holder !== undefined || names.has(name)) {
        throw new PluginError(
          `Plugin ${plugin} registers the name ${name}, which is taken${holder === undefined ? ' by another class of its own' : ` by ${holder.title}`}. ` +
            'Give one of them another name, or take one off the list of plugins.',
          { code: 'PLUGIN_NAME_TAKEN', plugin },
        );
      }
      names.add(name);
    }
    for (const entry of entries) {
      const { package: name } = entry.registered;
      if (this.#tokens.has(name)) continue;
      const token = Symbol(name);
      this.#container.register(token, { useValue: entry });
      this.#tokens.set(name, token);
    }
  }

  #entry(name: string, destination?: string): RegistryEntry {
    const token = this.#tokens.get(name);
    if (token === undefined) throw this.#unknown(name, destination);
    return this.#container.resolve<RegistryEntry>(token);
  }

  #unknown(name: string, destination?: string): ConfigurationError {
    const known = [...this.#tokens.keys()];
    const suggestion = nearest(name, known);
    const listed = known.length === 0 ? '' : `; loaded are ${known.join(', ')}`;
    const hint =
      suggestion === undefined ? `Add it to the plugins that are loaded${listed}.` : `Did you mean ${suggestion}?`;
    return new ConfigurationError(
      `${destination === undefined ? 'The' : `Destination ${destination}: the`} package ${name} is not registered. ${hint}`,
      { code: 'PACKAGE_UNKNOWN' },
    );
  }
}

/** `@acme/crm` of `@acme/crm#contacts`: the classes of one package share its connections. */
function packageOf(name: string): string {
  return name.split('#', 1)[0] as string;
}

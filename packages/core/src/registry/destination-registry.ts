import 'reflect-metadata';
import { LocalConnections, prefixedConnections } from '../connections/local-connections';
import type { DestinationInterface } from '../contract/destination-interface';
import type { IntakeInterface } from '../contract/intake-interface';
import { ConfigurationError } from '../errors/configuration-error';
import { codeOf, messageOf } from '../errors/failure';
import { PluginError } from '../errors/plugin-error';
import { createHttp } from '../http/create-http';
import { CLOCK, CONNECTIONS, DEBUG, FILES, HTTP, LOGGER, METRICS, OAUTH2, RESOURCE } from '../injection/tokens';
import { loadPlugin } from '../loader/load-plugin';
import { readPluginSpecification, type PluginSpecification } from '../loader/plugin-specification';
import { describeType } from '../manifest/describe-type';
import type { PluginWarning } from '../manifest/plugin-warning';
import { verifyManifest } from '../manifest/verify-manifest';
import { systemClock, type Clock } from '../ports/clock';
import type { Connections } from '../ports/connections';
import type { Files } from '../ports/files';
import type { Http } from '../ports/http';
import { noopLogger, type Logger } from '../ports/logger';
import { noopMetrics, type Metrics } from '../ports/metrics';
import type { OAuth2Provider } from '../ports/oauth2';
import type { Outbox } from '../ports/outbox';
import { coreVersion } from './core-version';
import { described } from './described';
import { instanceOAuth2 } from './instance-oauth2';
import {
  destinationSubject,
  intakeSubject,
  outboxSubject,
  type CreateIntakeOptions,
  type CreateOptions,
  type CreateOutboxOptions,
  type InstanceSubject,
} from './instance-subject';
import { SETTINGS } from './plugin-kind';
import { prepareInstance, type InstanceIssue } from './prepare-instance';
import { readRegistration, type RegisteredType } from './read-registration';
import { RegisteredTypes } from './registered-types';
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
  /** Where tokens come from. Default: nowhere; an instance that asks for one is told so. */
  readonly oauth2?: OAuth2Provider;
  /** Further values that constructors may ask for, by token. */
  readonly bindings?: Bindings;
  /** How long a plugin's module may take to load. Default: 10,000 ms. */
  readonly importTimeoutMs?: number;
}

/**
 * Knows the classes of destinations, intakes and outboxes by the name that a configured one's `package` says, and makes
 * instances of them. Each registry has a container of its own, so that two hosts in one process don't see each other's plugins.
 */
export class DestinationRegistry {
  readonly #types = new RegisteredTypes();
  readonly #loading = new Map<string, Promise<readonly RegisteredType[]>>();
  readonly #warnings: PluginWarning[] = [];
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
  async load(specification: PluginSpecification): Promise<readonly RegisteredType[]> {
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
  register(target: object): RegisteredType {
    const entry = readRegistration(target);
    this.#types.add([entry], entry.registered.package);
    return entry.registered;
  }

  /** The registered classes, in the order in which they came. */
  list(): readonly RegisteredType[] {
    return this.#types.list();
  }

  /** What is worth knowing about the plugins that were loaded, such as a manifest that is not of the code beside it. */
  warnings(): readonly PluginWarning[] {
    return [...this.#warnings];
  }

  /** Whether a class is registered under this name. */
  has(name: string): boolean {
    return this.#types.get(name) !== undefined;
  }

  /**
   * The class registered under a name, of whatever kind.
   *
   * @throws ConfigurationError `PACKAGE_UNKNOWN`
   */
  resolve(name: string): RegisteredType {
    return this.#types.need(name).registered;
  }

  /**
   * Makes an instance of a destination: picks the side of the credentials that `debug` selects, validates them and `init`,
   * fills in defaults, injects, constructs.
   *
   * @throws ConfigurationError `DEBUG_NOT_BOOLEAN`, `PACKAGE_UNKNOWN`, `PACKAGE_KIND_WRONG`, `RESOURCE_UNKNOWN`,
   * `CREDENTIALS_MISSING`, `CREDENTIALS_INVALID`, `INIT_INVALID` or `DESTINATION_CONSTRUCTOR_FAILED`
   */
  create(options: CreateOptions): DestinationInterface {
    return this.#make(destinationSubject(options)) as DestinationInterface;
  }

  /** The same for an intake; not started yet. @throws ConfigurationError, also `INTAKE_CONSTRUCTOR_FAILED` */
  createIntake(options: CreateIntakeOptions): IntakeInterface {
    return this.#make(intakeSubject(options)) as IntakeInterface;
  }

  /** The same for an outbox; not open yet. @throws ConfigurationError, also `OUTBOX_CONSTRUCTOR_FAILED` */
  createOutbox(options: CreateOutboxOptions): Outbox {
    return this.#make(outboxSubject(options)) as Outbox;
  }

  /** Everything that keeps a destination from working, without making an instance; empty where nothing does. */
  validate(options: CreateOptions): readonly InstanceIssue[] {
    return this.#validate(destinationSubject(options));
  }

  /** The same for an intake. */
  validateIntake(options: CreateIntakeOptions): readonly InstanceIssue[] {
    return this.#validate(intakeSubject(options));
  }

  /** The same for an outbox. */
  validateOutbox(options: CreateOutboxOptions): readonly InstanceIssue[] {
    return this.#validate(outboxSubject(options));
  }

  #make({ kind, name, debug, resource, settings, failureCode }: InstanceSubject): unknown {
    if (typeof debug !== 'boolean') {
      throw new ConfigurationError(`${name}: debug should be true or false, is ${described(debug)}.`, {
        code: 'DEBUG_NOT_BOOLEAN',
      });
    }
    const entry = this.#types.needOf(kind, settings.package, name);
    const prepared = prepareInstance(debug, resource, settings, entry);
    const [issue] = prepared.issues;
    if (issue !== undefined) {
      const what = prepared.issues.map(({ message }) => message).join('; ');
      throw new ConfigurationError(`${name}: ${what}.`, { code: issue.code });
    }
    const { schemas } = entry.registered;
    const bindings: Bindings = [
      [OAUTH2, instanceOAuth2(this.#options.oauth2, schemas.credentials, prepared.resource, debug)],
      ...this.#shared,
      [CONNECTIONS, prefixedConnections(this.#connections, packageOf(entry.registered.package))],
      [DEBUG, debug],
      [RESOURCE, prepared.resource],
      [SETTINGS[kind], prepared.settings],
    ];
    try {
      return entry.construct(bindings);
    } catch (cause) {
      throw new ConfigurationError(`${name}: an instance of ${settings.package} can't be made: ${messageOf(cause)}`, {
        code: codeOf(cause) ?? failureCode,
        cause,
      });
    }
  }

  #validate({ kind, debug, resource, settings }: InstanceSubject): readonly InstanceIssue[] {
    try {
      return prepareInstance(debug, resource, settings, this.#types.needOf(kind, settings.package)).issues;
    } catch (error) {
      const code = codeOf(error);
      if (code !== 'PACKAGE_UNKNOWN' && code !== 'PACKAGE_KIND_WRONG') throw error;
      return [{ code, part: 'package', pointer: '', message: `package: ${messageOf(error)}` }];
    }
  }

  async #load(specification: PluginSpecification): Promise<readonly RegisteredType[]> {
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
    const registered = entries.map((entry) => entry.registered);
    const verified =
      plugin.package === undefined
        ? undefined
        : await verifyManifest(listed, plugin.package.installed, registered.map(describeType));
    this.#types.add(entries, listed);
    this.#warnings.push(...(verified?.warnings ?? []));
    return registered;
  }
}

/** `@acme/crm` of `@acme/crm#contacts`: the classes of one package share its connections. */
function packageOf(name: string): string {
  return name.split('#', 1)[0] as string;
}

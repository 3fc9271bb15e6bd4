import { container as root } from 'tsyringe';
import { ConfigurationError } from '../errors/configuration-error';
import { PluginError } from '../errors/plugin-error';
import { nearest } from '../schema/nearest';
import { CALLED, type PluginKind } from './plugin-kind';
import type { RegisteredType, RegistryEntry } from './read-registration';

/** The classes of one registry by their names, in a container of its own. */
export class RegisteredTypes {
  readonly #container = root.createChildContainer();
  readonly #tokens = new Map<string, symbol>();

  /** In the order in which they came. */
  list(): readonly RegisteredType[] {
    return [...this.#tokens.values()].map((token) => this.#container.resolve<RegistryEntry>(token).registered);
  }

  get(name: string): RegistryEntry | undefined {
    const token = this.#tokens.get(name);
    return token === undefined ? undefined : this.#container.resolve<RegistryEntry>(token);
  }

  /**
   * @param subject - who asks, for the message
   * @throws ConfigurationError `PACKAGE_UNKNOWN`
   */
  need(name: string, subject?: string): RegistryEntry {
    const entry = this.get(name);
    if (entry !== undefined) return entry;
    const known = [...this.#tokens.keys()];
    const suggestion = nearest(name, known);
    const listed = known.length === 0 ? '' : `; loaded are ${known.join(', ')}`;
    const hint =
      suggestion === undefined ? `Add it to the plugins that are loaded${listed}.` : `Did you mean ${suggestion}?`;
    throw new ConfigurationError(
      `${subject === undefined ? 'The' : `${subject}: the`} package ${name} is not registered. ${hint}`,
      { code: 'PACKAGE_UNKNOWN' },
    );
  }

  /** The same for one of a kind. @throws ConfigurationError `PACKAGE_UNKNOWN` or `PACKAGE_KIND_WRONG` */
  needOf(kind: PluginKind, name: string, subject?: string): RegistryEntry {
    const entry = this.need(name, subject);
    const found = entry.registered.kind;
    if (found === kind) return entry;
    const fitting = this.list().filter((type) => type.kind === kind);
    const hint =
      fitting.length === 0
        ? `No plugin that is loaded has ${CALLED[kind]}`
        : `Take ${fitting.map((type) => type.package).join(' or ')}`;
    throw new ConfigurationError(
      `${subject === undefined ? 'The' : `${subject}: the`} package ${name} is ${CALLED[found]}, not ${CALLED[kind]}. ` +
        `${hint}, or list it under ${PLACES[found]}.`,
      { code: 'PACKAGE_KIND_WRONG' },
    );
  }

  /** All or none, so that a plugin that is refused leaves nothing behind. @throws PluginError `PLUGIN_NAME_TAKEN` */
  add(entries: readonly RegistryEntry[], plugin: string): void {
    const names = new Set<string>();
    for (const { registered } of entries) {
      const { package: name } = registered;
      const holder = this.get(name)?.registered;
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
}

/** Where a configuration has each kind. */
const PLACES: Readonly<Record<PluginKind, string>> = {
  destination: 'destinations',
  intake: 'intakes',
  outbox: 'outbox',
};

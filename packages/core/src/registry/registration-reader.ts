import { messageOf } from '../errors/failure';
import { PluginError } from '../errors/plugin-error';
import { described } from './described';

/** How a plugin is called that is a class of the application, and has no name. */
const APPLICATION = 'of the application';

/**
 * Reads what a class says of itself, which may be anything: what throws, and what is not as expected, is a PluginError
 * `PLUGIN_REGISTRATION_INVALID`.
 */
export class RegistrationReader {
  /** What messages call the plugin. */
  readonly plugin: string;
  /** What messages call the class. */
  readonly className: string;

  /** @param plugin - default: the class's name */
  constructor(target: object, plugin?: string) {
    this.plugin = plugin ?? APPLICATION;
    this.className = 'a class';
    const name = this.read('its name', () => (target as { name?: unknown } | null | undefined)?.name);
    // `static name()` is a name that is no text, and nothing wrong.
    const text = typeof name === 'string' ? name : '';
    this.plugin = plugin ?? (text || APPLICATION);
    this.className = text || 'a class without a name';
  }

  /** Gives what `get` gives. */
  read<Value>(what: string, get: () => Value): Value {
    try {
      return get();
    } catch (thrown) {
      return this.refuse(`${what} throws when it is read: ${messageOf(thrown)}`, thrown);
    }
  }

  /**
   * Reads an option once. Lists are copied.
   *
   * @param expected - for the message, with its article
   * @param absent - what an option that is not there stands for; it must be there where this is left out
   */
  option<Value>(
    options: object,
    key: string,
    expected: string,
    isExpected: (value: unknown) => value is Value,
    absent?: Value,
  ): Value {
    const value = this.read(key, () => {
      const given = (options as Readonly<Record<string, unknown>>)[key];
      return Array.isArray(given) ? Array.from<unknown>(given) : given;
    });
    if (value === undefined && absent !== undefined) return absent;
    return isExpected(value) ? value : this.refuse(`${key} should be ${expected}, is ${described(value)}`);
  }

  refuse(what: string, cause?: unknown): never {
    throw new PluginError(`Plugin ${this.plugin} registers ${this.className} wrongly: ${what}.`, {
      code: 'PLUGIN_REGISTRATION_INVALID',
      plugin: this.plugin,
      cause,
    });
  }
}

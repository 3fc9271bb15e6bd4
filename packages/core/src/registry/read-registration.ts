import { PluginError } from '../errors/plugin-error';
import type { Validator } from '../schema/compile-schema';
import { described } from './described';
import { METHODS, type PluginKind } from './plugin-kind';
import { readSchema } from './read-schema';
import { REGISTRATION, type Registration } from './registration';
import { RegistrationReader } from './registration-reader';

/** A class that the registry knows: a destination type, an intake type or an outbox type. */
export interface RegisteredType {
  readonly kind: PluginKind;
  /** What the `package` of a configured destination, intake or outbox says. */
  readonly package: string;
  readonly title: string;
  readonly description: string;
  /** Version of the npm package; absent for a class or file of the application. */
  readonly version?: string;
  readonly tags: readonly string[];
  /** JSON Schemas of credentials and init. */
  readonly schemas: { readonly credentials: object; readonly init: object };
  /** Of destinations. */
  readonly missing: 'null' | 'omit';
  /** Of destinations. */
  readonly orderedBatches: boolean;
  readonly class: object & { readonly prototype: object };
}

/** The same with what the registry keeps to itself. */
export interface RegistryEntry {
  readonly registered: RegisteredType;
  readonly construct: Registration['construct'];
  readonly credentials: Validator;
  readonly init: Validator;
}

/**
 * Reads a class's registration. It may come from another copy of core, or from none, so everything is checked; and it is
 * read once and copied, so that it can't change later.
 *
 * @param plugin - what messages call the plugin. Default: the class's name
 * @throws PluginError `PLUGIN_NO_DESTINATION`, `PLUGIN_REGISTRATION_INVALID`, `PLUGIN_SCHEMA_INVALID` or
 * `PLUGIN_METHODS_MISSING`
 */
export function readRegistration(target: object, plugin?: string, version?: string): RegistryEntry {
  const reader = new RegistrationReader(target, plugin);
  const { kind, options, construct } = registrationOf(target, reader);
  const name = reader.option(options, 'package', 'a text that is not empty', isName);
  const title = reader.option(options, 'title', 'a text', isText, name);
  const description = reader.option(options, 'description', 'a text', isText, '');
  const tags = reader.option(options, 'tags', 'a list of texts', isTexts, []);
  const missing = reader.option(options, 'missing', '"null" or "omit"', isMissing, 'null');
  const orderedBatches = reader.option(options, 'orderedBatches', 'true or false', isBoolean, false);
  reader.option(options, 'inject', 'a list of tokens', Array.isArray, []);
  requireMethods(kind, target, reader);
  const credentials = readSchema(options, 'credentials', reader);
  const init = readSchema(options, 'init', reader);
  const registered: RegisteredType = {
    kind,
    package: name,
    title,
    description,
    ...(version === undefined ? {} : { version }),
    tags,
    schemas: { credentials: credentials.json, init: init.json },
    missing,
    orderedBatches,
    class: target as RegisteredType['class'],
  };
  return { registered, construct, credentials: credentials.validate, init: init.validate };
}

function registrationOf(
  target: object,
  reader: RegistrationReader,
): { readonly kind: PluginKind; readonly options: object; readonly construct: Registration['construct'] } {
  const { plugin, className } = reader;
  if (typeof target !== 'function' || !reader.read('its registration', () => Object.hasOwn(target, REGISTRATION))) {
    throw new PluginError(
      typeof target === 'function'
        ? `${className} is not registered: put @RegisterDestination({ … }) on it, or call RegisterDestination({ … })(${className}).`
        : `A class that is decorated with @RegisterDestination({ … }) is expected; found is ${described(target)}.`,
      { code: 'PLUGIN_NO_DESTINATION', plugin },
    );
  }
  const registration = reader.read(
    'its registration',
    () => (target as { [REGISTRATION]?: Partial<Registration> | null })[REGISTRATION],
  );
  const options: unknown = reader.read('its registration', () => registration?.options);
  if (typeof options !== 'object' || options === null) {
    return reader.refuse(`options should be an object, is ${described(options)}`);
  }
  const construct = reader.read('its registration', () => registration?.construct);
  if (typeof construct !== 'function') return reader.refuse('it was not registered by RegisterDestination');
  const kind: unknown = reader.read('its registration', () => registration?.kind ?? 'destination');
  if (isKind(kind)) return { kind, options, construct };
  const known = Object.keys(METHODS).join(', ');
  return reader.refuse(`its kind should be one of ${known}, is ${described(kind)}; a newer @dest/core may know it`);
}

function requireMethods(kind: PluginKind, target: object, reader: RegistrationReader): void {
  const { plugin, className } = reader;
  const prototype = reader.read('its prototype', () => (target as { prototype?: unknown }).prototype);
  const missing = METHODS[kind].filter((method) => {
    const found = reader.read(method, () => (prototype as Record<string, unknown> | null | undefined)?.[method]);
    return typeof found !== 'function';
  });
  if (missing.length === 0) return;
  throw new PluginError(
    `Plugin ${plugin}: the class ${className} lacks ${missing.map((method) => `${method}()`).join(' and ')}, which every ${kind} has. ` +
      `Add it${kind === 'destination' ? '; a destination that takes no such thing throws a PermanentError there' : ''}.`,
    { code: 'PLUGIN_METHODS_MISSING', plugin },
  );
}

const isKind = (value: unknown): value is PluginKind => typeof value === 'string' && Object.hasOwn(METHODS, value);
const isText = (value: unknown): value is string => typeof value === 'string';
const isName = (value: unknown): value is string => isText(value) && value !== '';
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isMissing = (value: unknown): value is 'null' | 'omit' => value === 'null' || value === 'omit';

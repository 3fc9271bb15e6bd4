import { messageOf } from '../errors/failure';
import { PluginError } from '../errors/plugin-error';
import { compileSchema, type Validator } from '../schema/compile-schema';
import type { DestinationClass } from './register-destination';
import { REGISTRATION, type Registration } from './registration';

/** A class that the registry knows. */
export interface RegisteredDestination {
  /** What a configured destination's `package` says. */
  readonly package: string;
  readonly title: string;
  readonly description: string;
  /** Version of the npm package; absent for a class or file of the application. */
  readonly version?: string;
  readonly tags: readonly string[];
  /** JSON Schemas of credentials and init. */
  readonly schemas: { readonly credentials: object; readonly init: object };
  readonly missing: 'null' | 'omit';
  readonly orderedBatches: boolean;
  readonly class: DestinationClass;
}

/** The same with what the registry keeps to itself. */
export interface RegistryEntry {
  readonly registered: RegisteredDestination;
  readonly construct: Registration['construct'];
  readonly credentials: Validator;
  readonly init: Validator;
}

/**
 * Reads a class's registration. It may come from another copy of core, or from none, so everything is checked.
 *
 * @param plugin - what messages call the plugin
 * @throws PluginError `PLUGIN_NO_DESTINATION`, `PLUGIN_REGISTRATION_INVALID`, `PLUGIN_SCHEMA_INVALID` or
 * `PLUGIN_METHODS_MISSING`
 */
export function readRegistration(target: object, plugin: string, version?: string): RegistryEntry {
  const name = (target as { name?: string }).name || 'a class without a name';
  if (!Object.hasOwn(target, REGISTRATION)) {
    throw new PluginError(
      `${name} is not registered: put @RegisterDestination({ … }) on it, or call RegisterDestination({ … })(${name}).`,
      { code: 'PLUGIN_NO_DESTINATION', plugin },
    );
  }
  const registration = (target as { [REGISTRATION]?: Partial<Registration> })[REGISTRATION];
  const { options, construct } = registration ?? {};
  const invalid = (what: string): never => {
    throw new PluginError(`Plugin ${plugin} registers ${name} wrongly: ${what}.`, {
      code: 'PLUGIN_REGISTRATION_INVALID',
      plugin,
    });
  };
  if (typeof options !== 'object' || options === null) return invalid('options should be an object');
  if (typeof construct !== 'function') return invalid('it was not registered by RegisterDestination');
  if (typeof options.package !== 'string' || options.package === '') {
    return invalid('package should be a text that is not empty');
  }
  if (options.missing !== undefined && options.missing !== 'null' && options.missing !== 'omit') {
    return invalid(`missing should be "null" or "omit", is ${JSON.stringify(options.missing)}`);
  }
  requireMethods(target, plugin, name);
  const credentials = validatorOf(options.credentials, 'credentials', plugin, name);
  const init = validatorOf(options.init, 'init', plugin, name);
  const registered: RegisteredDestination = {
    package: options.package,
    title: options.title ?? options.package,
    description: options.description ?? '',
    ...(version === undefined ? {} : { version }),
    tags: options.tags ?? [],
    schemas: { credentials: options.credentials.json, init: options.init.json },
    missing: options.missing ?? 'null',
    orderedBatches: options.orderedBatches === true,
    class: target as DestinationClass,
  };
  return { registered, construct, credentials, init };
}

/** TypeScript's `abstract` is gone at run time. */
function requireMethods(target: object, plugin: string, name: string): void {
  const prototype: unknown = (target as { prototype?: unknown }).prototype;
  const missing = ['dispatchEvent', 'dispatchProfile'].filter(
    (method) => typeof (prototype as Record<string, unknown> | undefined)?.[method] !== 'function',
  );
  if (missing.length === 0) return;
  throw new PluginError(
    `Plugin ${plugin}: the class ${name} lacks ${missing.map((method) => `${method}()`).join(' and ')}, which every destination has. ` +
      'Add it; a destination that takes no such thing throws a PermanentError there.',
    { code: 'PLUGIN_METHODS_MISSING', plugin },
  );
}

function validatorOf(schema: unknown, part: string, plugin: string, name: string): Validator {
  const json = (schema as { json?: unknown } | null | undefined)?.json;
  const fail = (why: string, cause?: unknown): never => {
    throw new PluginError(`Plugin ${plugin}: the ${part} schema of ${name} is not valid: ${why}.`, {
      code: 'PLUGIN_SCHEMA_INVALID',
      plugin,
      cause,
    });
  };
  if (typeof json !== 'object' || json === null) return fail('it should be made by defineSchema({ … })');
  try {
    return compileSchema(json);
  } catch (cause) {
    return fail(messageOf(cause), cause);
  }
}

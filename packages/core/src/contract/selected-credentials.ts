import { ConfigurationError } from '../errors/configuration-error';
import type { Resource } from '../model/resource';

/**
 * Refuses a `debug` that is neither true nor false: a constructor that is not told would take production credentials for a
 * test.
 *
 * @param what - what is made, such as `A destination`
 * @param handed - what its constructor is handed, such as `destination`
 * @throws ConfigurationError `DEBUG_NOT_BOOLEAN`
 */
export function requireDebug(debug: unknown, what: string, handed: string): asserts debug is boolean {
  if (typeof debug === 'boolean') return;
  throw new ConfigurationError(
    `debug: should be true or false, is ${String(debug)}. ${what} is made by a registry, which hands it ` +
      `debug, resource and ${handed}; a constructor of your own passes all three on to super(…).`,
    { code: 'DEBUG_NOT_BOOLEAN' },
  );
}

/** The credentials of the side that `debug` selects: valid by the schema, defaults filled in. */
export function selectedCredentials<Credentials>(debug: boolean, resource: Resource<Credentials>): Credentials {
  const { test, production } = resource.credentials;
  return (debug ? test : production) as Credentials;
}

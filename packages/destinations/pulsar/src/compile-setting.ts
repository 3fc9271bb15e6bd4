import { compileReference, ConfigurationError, failureOf } from '@dest/core';

/**
 * Compiles a parameter that is a reference.
 * @param path where it stands, such as `init.key`
 * Throws a ConfigurationError, REFERENCE_INVALID, that says where.
 */
export function compileSetting(path: string, text: string): ReturnType<typeof compileReference> {
  try {
    return compileReference(text);
  } catch (cause) {
    const { code, message } = failureOf(cause);
    throw new ConfigurationError(`${path}: ${message}`, { code, cause });
  }
}

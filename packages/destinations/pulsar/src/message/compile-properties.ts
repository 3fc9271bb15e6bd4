import { compileMapping, ConfigurationError, failureOf } from '@dest/core';
import type { Sendable } from './sendable';
import { textOf } from './text-of';

/** The message property that carries the idempotency key. */
export const IDEMPOTENCY_PROPERTY = 'idempotencyKey';

export type MakeProperties = (item: Sendable, now: number) => Record<string, string>;

/**
 * Compiles `init.properties`, a mapping of which each value becomes text; what is missing is left out.
 * Throws a ConfigurationError: PULSAR_PROPERTY_RESERVED, or the code of the mapping's fault.
 */
export function compileProperties(properties: Readonly<Record<string, unknown>> | undefined): MakeProperties {
  if (properties === undefined || Object.keys(properties).length === 0) {
    return ({ idempotencyKey }) => ({ [IDEMPOTENCY_PROPERTY]: idempotencyKey });
  }
  if (Object.hasOwn(properties, IDEMPOTENCY_PROPERTY)) {
    throw new ConfigurationError(
      `init.properties.${IDEMPOTENCY_PROPERTY}: every message has this property already, with the delivery's key, so that ` +
        'consumers can drop repeats. Choose another name.',
      { code: 'PULSAR_PROPERTY_RESERVED' },
    );
  }
  const mapping = compile(properties);
  return (item, now) => {
    const { idempotencyKey } = item;
    const made: Record<string, string> = { [IDEMPOTENCY_PROPERTY]: idempotencyKey };
    const values = mapping.apply(item, { now, envelopeId: idempotencyKey });
    for (const [name, value] of Object.entries(values as object)) {
      const text = textOf(value);
      if (text !== undefined) made[name] = text;
    }
    return made;
  };
}

function compile(properties: Readonly<Record<string, unknown>>): ReturnType<typeof compileMapping> {
  try {
    return compileMapping(properties, { missing: 'omit' });
  } catch (cause) {
    const { code, message } = failureOf(cause);
    throw new ConfigurationError(`init.properties: ${message}`, { code, cause });
  }
}

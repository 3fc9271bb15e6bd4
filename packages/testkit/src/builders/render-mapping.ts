import {
  compileMapping,
  type Data,
  type Diagnostic,
  type JsonValue,
  type MappingOptions,
  type Scope,
} from '@dest/core';

export interface RenderOptions extends MappingOptions {
  /** When the envelope was accepted, in milliseconds since the epoch. Default: 2030-01-01. */
  readonly now?: number;
  /** Where to add what could not be done, such as a date that is none. */
  readonly diagnostics?: Diagnostic[];
}

/**
 * The data that a destination is handed for a mapping and an envelope.
 *
 * @throws MappingError where the mapping is not valid
 */
export function renderMapping(mapping: JsonValue, scope: Scope, options: RenderOptions = {}): Data {
  const { now = Date.UTC(2030, 0, 1), diagnostics, ...rest } = options;
  return compileMapping(mapping, rest).apply(scope, { now, ...(diagnostics === undefined ? {} : { diagnostics }) });
}

import { ConfigurationError } from '../../errors/configuration-error';
import type { Scope } from '../scope';
import { readReference } from './read-reference';
import { scanReference } from './scan-reference';
import { SCOPE_NAMES } from './scope-names';
import { unknownScope } from './unknown-scope';

export interface ReferenceOptions {
  /** Names of scopes beside the usual ones, such as `item`. */
  readonly scopes?: readonly string[];
}

/** One reference, read without parsing anything again. */
export interface CompiledReference {
  readonly text: string;
  /** The value, or undefined where it is missing. */
  get(scope: Scope): unknown;
}

/**
 * Compiles one reference such as `profile@id`, for settings that name a value rather than say a condition.
 * @throws ConfigurationError `REFERENCE_INVALID`, with the column
 */
export function compileReference(text: string, options?: ReferenceOptions | null): CompiledReference {
  if (typeof text !== 'string') throw invalid(String(text), 0, `it is of type ${typeof text}`);
  const named = options?.scopes ?? [];
  const scopes = [...SCOPE_NAMES, ...named];
  const at = text.indexOf('@');
  if (at === -1) throw invalid(text, 0, 'it has no `@`');
  const scope = text.slice(0, at);
  if (!scopes.includes(scope)) throw invalid(text, 0, unknownScope(scope, scopes));
  const scanned = scanReference(text, 0, at);
  if ('fault' in scanned) throw invalid(text, scanned.position, scanned.fault);
  if (scanned.end < text.length) throw invalid(text, scanned.end, 'nothing may follow the path');
  const { reference } = scanned;
  return { text, get: readReference(named.includes(scope) ? { ...reference, named: true } : reference) };
}

function invalid(text: string, position: number, reason: string): ConfigurationError {
  const shown = text.length <= 80 ? text : `${text.slice(0, 77)}…`;
  const place = `column ${position + 1}: ${reason.replace(/[.]$/, '')}`;
  const expected = 'Expected is one reference such as `profile@id` or `event@properties.order.id`';
  return new ConfigurationError(`\`${shown}\` is not a reference, ${place}. ${expected}.`, {
    code: 'REFERENCE_INVALID',
  });
}

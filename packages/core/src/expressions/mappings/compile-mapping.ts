import type { Data } from '../../model/json';
import { addDiagnostic } from '../add-diagnostic';
import type { CompileWarning } from '../compile-warning';
import { SCOPE_NAMES } from '../references/scope-names';
import type { Scope } from '../scope';
import { checkShape } from './check-shape';
import type { CompiledMapping, MappingRun } from './compiled-mapping';
import { isObject } from './copy-members';
import { createCompiler } from './create-compiler';
import { generateMake } from '../generated/generate-make';
import type { Make } from './make';
import { MappingError } from './mapping-error';

export interface MappingOptions {
  /** What becomes of an object's key whose value is missing: `null` (default), or the key is left out. */
  readonly missing?: 'null' | 'omit';
}

/**
 * Compiles a mapping once, to be applied to every event without parsing anything again.
 * @param mapping - plain JSON; undefined, or `{}` at the top, is the default payload
 * @throws MappingError with the place as a JSON pointer
 */
export function compileMapping(mapping: unknown, options?: MappingOptions | null): CompiledMapping {
  const warnings: CompileWarning[] = [];
  const make = compileTop(mapping, options ?? {}, warnings);
  let applied = 0;
  const compiled: { -readonly [Key in keyof CompiledMapping]: CompiledMapping[Key] } = {
    warnings,
    apply: (scope, run) => {
      if (applied < OFTEN && ++applied === OFTEN) {
        compiled.apply = (generateMake(make, failed) as CompiledMapping['apply'] | undefined) ?? compiled.apply;
      }
      try {
        return (make(scope, run) ?? null) as Data;
      } catch {
        return failed(run);
      }
    },
  };
  return compiled;
}

function compileTop(mapping: unknown, { missing = 'null' }: MappingOptions, warnings: CompileWarning[]): Make {
  if (missing !== 'null' && missing !== 'omit') {
    const found = typeof missing === 'string' ? JSON.stringify(missing) : `of type ${typeof missing}`;
    const message = `The option \`missing\` is 'null' or 'omit', this is ${found}.`;
    throw new MappingError(message, { code: 'MAPPING_BAD_OPTION', pointer: '' });
  }
  if (mapping === undefined) return makeDefault;
  checkShape(mapping);
  if (isObject(mapping) && Object.keys(mapping).length === 0) return makeDefault;
  const compiler = createCompiler({ missing, scopes: SCOPE_NAMES, warnings });
  if (mapping === null) {
    compiler.warn('MAPPING_NULL', 'The payload is always null; for the default payload leave the mapping out.', '');
  }
  try {
    return compiler.compile(mapping, '');
  } catch (error) {
    if (error instanceof MappingError) throw error;
    // It was looked through before: only what answers otherwise when it is read again comes here.
    const message = 'A mapping is plain JSON; this is something that changes while it is read.';
    throw new MappingError(message, { code: 'MAPPING_NOT_JSON', pointer: '', cause: error });
  }
}

/** From so many payloads on, code of its own is worth the time that it takes to make. */
const OFTEN = 1_000;

const DEFAULT_PARTS = ['event', 'profile', 'session'] as const;

function makeDefault(scope: Scope): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const name of DEFAULT_PARTS) {
    const part = scope[name];
    if (part !== undefined && part !== null) made[name] = part;
  }
  return made;
}

/** Plain JSON can't come here; a getter that throws, or a value that contains itself, can. */
function failed({ diagnostics }: MappingRun): null {
  if (diagnostics !== undefined) {
    const message = "The mapping can't be applied: a value in its scope is not plain JSON.";
    addDiagnostic(diagnostics, { code: 'MAPPING_UNREADABLE_SCOPE', message, position: 0, pointer: '' });
  }
  return null;
}

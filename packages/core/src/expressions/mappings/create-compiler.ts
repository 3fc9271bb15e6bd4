import { addDiagnostic } from '../add-diagnostic';
import type { CompileWarning } from '../compile-warning';
import { compileConditionAt } from '../conditions/compile-condition';
import type { CompiledCondition } from '../conditions/compiled-condition';
import { ConditionError } from '../conditions/condition-error';
import { isNamedScope } from '../references/scope-names';
import { textPlace } from '../text-place';
import { compileValue } from './compile-value';
import type { MappingCompiler } from './mapping-compiler';
import { MappingError } from './mapping-error';

interface CompilerOptions {
  readonly missing: 'null' | 'omit';
  readonly scopes: readonly string[];
  /** Where warnings go. */
  readonly warnings: CompileWarning[];
}

/** Makes a compiler for the parts of one mapping. */
export function createCompiler({ missing, scopes, warnings }: CompilerOptions): MappingCompiler {
  const compiler: MappingCompiler = {
    missing,
    scopes,
    compile: (value, pointer) => compileValue(value, pointer, compiler),
    condition: (text, pointer) => {
      const condition = compileCondition(text, pointer, scopes);
      warnings.push(...condition.warnings);
      return condition;
    },
    withScopes: (names) => createCompiler({ missing, scopes: [...new Set([...scopes, ...names])], warnings }),
    warn: (code, message, pointer, text, position = 0) => {
      const place = text === undefined ? undefined : textPlace(text, position);
      const inside = place === undefined ? {} : { line: place.line, column: place.column };
      warnings.push({ code, message, pointer, ...inside });
    },
    fail: (message, options) => new MappingError(message, options),
    report: (run, code, pointer, message) => {
      if (run.diagnostics !== undefined)
        addDiagnostic(run.diagnostics, { code, message: message(), position: 0, pointer });
    },
  };
  return compiler;
}

function compileCondition(text: unknown, pointer: string, scopes: readonly string[]): CompiledCondition {
  if (typeof text !== 'string') {
    throw new MappingError('A condition in quotes is expected here.', { code: 'MAPPING_BAD_OPTION', pointer });
  }
  try {
    return compileConditionAt(text, { scopes: scopes.filter(isNamedScope) }, pointer);
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    const { code, position, summary } = error;
    throw new MappingError(summary, { code, pointer, text, position, cause: error });
  }
}

import { nearest } from '../../schema/nearest';
import { readReference } from '../references/read-reference';
import { scanReference } from '../references/scan-reference';
import { isWorkflowScope } from '../references/scope-names';
import { castText } from './cast-text';
import { compileTemplate } from './compile-template';
import type { Make } from './make';
import { planned } from './plan';
import type { MappingCompiler } from './mapping-compiler';

const SCOPE = /^[\p{L}_][\p{L}\p{M}\p{N}_$-]*(?=@)/u;

/** Compiles a text: a cast in backticks, a template, a reference, or itself. */
export function compileText(text: string, pointer: string, compiler: MappingCompiler): Make {
  const inner = text.slice(1, -1);
  if (text.length < 2 || !text.startsWith('`') || !text.endsWith('`') || inner.includes('`')) {
    return compileUncast(text, pointer, compiler) ?? planned(() => text, { kind: 'constant', value: text });
  }
  const make = compileUncast(inner, pointer, compiler);
  if (make === undefined) {
    const constant = castText(inner);
    return planned(() => constant, { kind: 'constant', value: constant });
  }
  return (scope, run) => {
    const value = make(scope, run);
    return typeof value === 'string' ? castText(value) : value;
  };
}

/** Undefined for a text that stands for itself. */
function compileUncast(text: string, pointer: string, compiler: MappingCompiler): Make | undefined {
  if (text.includes('{{')) return compileTemplate(text, pointer, compiler);
  const scope = SCOPE.exec(text)?.[0];
  if (scope === undefined || !compiler.scopes.includes(scope)) {
    warnOfAlmost(text, scope, pointer, compiler);
    return undefined;
  }
  const scanned = scanReference(text, 0, scope.length);
  const stop = 'fault' in scanned ? scanned.position : scanned.end;
  if ('reference' in scanned && stop === text.length) {
    warnOfWorkflow(scope, pointer, compiler);
    const { reference } = scanned;
    return planned(readReference(reference), { kind: 'reference', reference });
  }
  const literal = 'for a text that only looks like a reference write { "$literal": "…" }';
  if (/\s/.test(text.charAt(stop))) {
    const message = `This is text, not a reference, since something stands around it; inside text write {{${text.slice(0, stop)}}}.`;
    compiler.warn('MAPPING_ALMOST_REFERENCE', message, pointer, text, stop);
    return undefined;
  }
  const fault = 'fault' in scanned ? scanned.fault : 'nothing may follow the path of a reference';
  const message = `This reference can't be read: ${fault}; ${literal}.`;
  throw compiler.fail(message, { code: 'MAPPING_BAD_REFERENCE', pointer, text, position: stop });
}

function warnOfWorkflow(scope: string, pointer: string, compiler: MappingCompiler): void {
  if (!isWorkflowScope(scope)) return;
  const message = `\`${scope}@\` is always missing for destinations; take profile@, event@ or session@.`;
  compiler.warn('MAPPING_WORKFLOW_SCOPE', message, pointer);
}

/** Warns of a text that somebody probably meant as a reference. */
function warnOfAlmost(text: string, scope: string | undefined, pointer: string, compiler: MappingCompiler): void {
  const meant = scope === undefined ? meantWithoutScope(text, compiler) : meantWithScope(text, scope, compiler);
  if (meant === undefined) return;
  const message = `This is almost a reference and compiles as text. If one is meant, write "${meant}"; if not, { "$literal": … } says so.`;
  compiler.warn('MAPPING_ALMOST_REFERENCE', message, pointer, text, 0);
}

function meantWithScope(text: string, scope: string, compiler: MappingCompiler): string | undefined {
  const meant = nearest(scope, compiler.scopes);
  return meant !== undefined && isReference(text, scope) ? `${meant}${text.slice(scope.length)}` : undefined;
}

function meantWithoutScope(text: string, compiler: MappingCompiler): string | undefined {
  const trimmed = text.trim();
  const scope = SCOPE.exec(trimmed)?.[0];
  if (scope !== undefined) return compiler.scopes.includes(scope) && isReference(trimmed, scope) ? trimmed : undefined;
  const [first = '', ...rest] = trimmed.split('.');
  const meant = `${first}@${rest.join('.')}`;
  return rest.length > 0 && compiler.scopes.includes(first) && isReference(meant, first) ? meant : undefined;
}

function isReference(text: string, scope: string): boolean {
  const scanned = scanReference(text, 0, scope.length);
  return 'reference' in scanned && scanned.end === text.length;
}

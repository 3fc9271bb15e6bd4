import { readReference, type Read } from '../references/read-reference';
import type { Reference } from '../references/reference';
import { scanReference } from '../references/scan-reference';
import { isWorkflowScope } from '../references/scope-names';
import { unknownScope } from '../references/unknown-scope';
import type { Make } from './make';
import type { MappingCompiler } from './mapping-compiler';
import { planned } from './plan';
import { textOf } from './text-of';

const OPENING = /\{\{\s*/g;
const SCOPE = /[\p{L}_][\p{L}\p{M}\p{N}_$-]*(?=@)/uy;
const CLOSING = /\s*\}\}/y;

/**
 * Compiles a text with references in double braces. What the references lead to is text, never read again.
 * @throws MappingError `MAPPING_BAD_TEMPLATE`
 */
export function compileTemplate(text: string, pointer: string, compiler: MappingCompiler): Make {
  const references: Reference[] = [];
  /** The texts around the references: one before each, and `tail` after the last. */
  const heads: string[] = [];
  let position = 0;
  for (;;) {
    OPENING.lastIndex = position;
    const opening = OPENING.exec(text);
    if (opening === null) break;
    heads.push(text.slice(position, opening.index));
    const { reference, end } = compileHole(text, opening.index, OPENING.lastIndex, pointer, compiler);
    references.push(reference);
    position = end;
  }
  const tail = text.slice(position);
  const [head = '', ...otherHeads] = heads;
  const [first, ...otherReads] = references.map(readReference) as [Read, ...Read[]];
  const plan = { kind: 'template', heads, references, tail } as const;
  if (otherReads.length === 0) return planned((scope) => head + textOf(first(scope)) + tail, plan);
  const make: Make = (scope) => {
    let made = head + textOf(first(scope));
    for (let index = 0; index < otherReads.length; index++) {
      made += (otherHeads[index] as string) + textOf((otherReads[index] as Read)(scope));
    }
    return made + tail;
  };
  return planned(make, plan);
}

function compileHole(
  text: string,
  opening: number,
  start: number,
  pointer: string,
  compiler: MappingCompiler,
): { reference: Reference; end: number } {
  const fail = (message: string, position: number): Error => {
    const hint = 'For text with braces of its own write { "$literal": "…" }.';
    return compiler.fail(`${message} ${hint}`, { code: 'MAPPING_BAD_TEMPLATE', pointer, text, position });
  };
  SCOPE.lastIndex = start;
  const scope = SCOPE.exec(text)?.[0];
  if (scope === undefined) throw fail('Between {{ and }} a reference is expected, such as {{profile@id}}.', start);
  if (!compiler.scopes.includes(scope)) throw fail(unknownScope(scope, compiler.scopes), start);
  const scanned = scanReference(text, start, start + scope.length);
  if ('fault' in scanned) throw fail(`This reference can't be read: ${scanned.fault}.`, scanned.position);
  CLOSING.lastIndex = scanned.end;
  const closing = CLOSING.exec(text)?.[0];
  if (closing === undefined) {
    const isOpen = !text.includes('}}', scanned.end);
    throw isOpen
      ? fail('This {{ is never closed with }}.', opening)
      : fail('After the reference }} is expected.', scanned.end);
  }
  if (isWorkflowScope(scope)) {
    const message = `\`${scope}@\` is always missing for destinations; take profile@, event@ or session@.`;
    compiler.warn('MAPPING_WORKFLOW_SCOPE', message, pointer, text, start);
  }
  return { reference: scanned.reference, end: scanned.end + closing.length };
}

import type { Reference } from '../references/reference';
import type { Operand } from './tree';

const PLAIN_SEGMENT = /^[\p{L}\p{M}\p{N}_$-]+$/u;

/** The text of an operand, in one spelling. */
export function printOperand(operand: Operand): string {
  switch (operand.kind) {
    case 'reference':
      return printReference(operand);
    case 'literal':
      return typeof operand.value === 'string' ? printText(operand.value) : String(operand.value).toUpperCase();
    case 'list':
      return `[${operand.items.map(printOperand).join(', ')}]`;
    case 'call':
      return `${operand.name}(${operand.arguments.map(printOperand).join(', ')})`;
  }
}

/** As JSON, but for a backspace, whose short escape means something else in patterns. */
function printText(text: string): string {
  const parts = text.split('\b').map((part) => JSON.stringify(part).slice(1, -1));
  return `"${parts.join('\\u0008')}"`;
}

function printReference({ scope, path }: Reference): string {
  if (path.length === 0) return `${scope}@...`;
  const segments = path.map((segment, index) => {
    if (!PLAIN_SEGMENT.test(segment)) return `[${printText(segment)}]`;
    return index === 0 ? segment : `.${segment}`;
  });
  return `${scope}@${segments.join('')}`;
}

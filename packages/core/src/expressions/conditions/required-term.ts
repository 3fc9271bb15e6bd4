import { readReference, type Read } from '../references/read-reference';
import type { ConditionNode, EqualityNode, LiteralOperand, OrderNode, ReferenceOperand } from './tree';

/**
 * A term without which a condition can't be true: a value at a reference has to equal a literal (or be a list that has it
 * as an element), or to be a number above or below one. Who holds many conditions can look up which may be true.
 */
export type RequiredTerm = RequiredEquality | RequiredBound;

interface RequiredTermBase {
  /** The same text for the same reference, however it was written. */
  readonly reference: string;
  readonly read: Read;
}

export interface RequiredEquality extends RequiredTermBase {
  readonly kind: 'equals';
  readonly value: string | number | boolean;
}

export interface RequiredBound extends RequiredTermBase {
  readonly kind: 'above' | 'below';
  readonly bound: number;
  readonly inclusive: boolean;
}

/** Finds such a term among those that are joined by AND, equality first since it tells most apart. Pure. */
export function requiredTerm(node: ConditionNode): RequiredTerm | undefined {
  if (node.kind === 'equality') return node.operator === '==' ? equality(node) : undefined;
  if (node.kind === 'order') return bound(node);
  if (node.kind !== 'and') return undefined;
  const terms = node.terms.map(requiredTerm).filter((term) => term !== undefined);
  return terms.find(({ kind }) => kind === 'equals') ?? terms[0];
}

function equality({ left, right }: EqualityNode): RequiredEquality | undefined {
  const reference = left.kind === 'reference' ? left : right;
  const literal = left.kind === 'reference' ? right : left;
  // Equality with null is about missing values too.
  if (reference.kind !== 'reference' || literal.kind !== 'literal' || literal.value === null) return undefined;
  return { kind: 'equals', value: literal.value, ...readOf(reference) };
}

function bound({ operator, left, right }: OrderNode): RequiredBound | undefined {
  const inclusive = operator.endsWith('=');
  const above = operator.startsWith('>');
  if (left.kind === 'reference' && isNumber(right)) {
    return { kind: above ? 'above' : 'below', bound: right.value, inclusive, ...readOf(left) };
  }
  if (right.kind === 'reference' && isNumber(left)) {
    return { kind: above ? 'below' : 'above', bound: left.value, inclusive, ...readOf(right) };
  }
  return undefined;
}

function isNumber(operand: OrderNode['left']): operand is LiteralOperand & { readonly value: number } {
  return operand.kind === 'literal' && typeof operand.value === 'number';
}

function readOf(reference: ReferenceOperand): RequiredTermBase {
  return { reference: JSON.stringify([reference.scope, ...reference.path]), read: readReference(reference) };
}

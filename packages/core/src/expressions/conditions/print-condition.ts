import { printOperand } from './print-operand';
import type { ConditionNode, ConditionTree } from './tree';

/** The text of a condition in one spelling; it parses to the same tree again. */
export function printCondition(tree: ConditionTree): string {
  switch (tree.kind) {
    case 'always':
      return '';
    case 'and':
    case 'or':
      return tree.terms.map((term) => printTerm(term, tree.kind)).join(` ${tree.kind.toUpperCase()} `);
    case 'not':
      return `NOT ${printTerm(tree.term, 'not')}`;
    case 'equality':
    case 'order':
      return `${printOperand(tree.left)} ${tree.operator} ${printOperand(tree.right)}`;
    case 'part':
      return `${printOperand(tree.left)} ${not(tree.negated)}${tree.operator} ${printOperand(tree.right)}`;
    case 'state':
      return `${printOperand(tree.operand)} ${printState(tree.operator, tree.negated)}`;
    case 'between': {
      const ends = `${printOperand(tree.low)} AND ${printOperand(tree.high)}`;
      return `${printOperand(tree.operand)} ${not(tree.negated)}BETWEEN ${ends}`;
    }
    case 'in':
      return `${printOperand(tree.operand)} ${not(tree.negated)}IN ${printOperand(tree.list)}`;
    case 'matches':
      return `${printOperand(tree.operand)} ${not(tree.negated)}MATCHES ${printOperand(tree.pattern)}`;
    case 'quantifier':
      return `${tree.quantifier} ${tree.name} IN ${printOperand(tree.list)} HAS (${printCondition(tree.body)})`;
  }
}

function not(negated: boolean): string {
  return negated ? 'NOT ' : '';
}

function printState(operator: string, negated: boolean): string {
  if (operator === 'IS NULL') return negated ? 'IS NOT NULL' : 'IS NULL';
  return `${not(negated)}${operator}`;
}

/** Parentheses where the term would otherwise be read as something else. */
function printTerm(term: ConditionNode, parent: 'and' | 'or' | 'not'): string {
  const text = printCondition(term);
  const loose = term.kind === 'or' || (term.kind === 'and' && parent !== 'or');
  return loose ? `(${text})` : text;
}

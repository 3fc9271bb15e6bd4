import type { ComparisonNode, ConditionNode, Operand, OrderNode, ReferenceOperand } from '../conditions/tree';
import type { CodeWriter } from './code-writer';
import type { View } from './view';

/** More tests than these are not written: the code is nested as deep as they are many. */
const MOST_TESTS = 32;

/**
 * Writes a condition of the usual tests on references and literals, and gives the variable that holds what it comes to.
 * Undefined for any other condition.
 *
 * @param whole - code that decides the condition in full: for types that are not the expected ones, where it also makes
 * the diagnostics
 */
export function writeCondition(node: ConditionNode, writer: CodeWriter, view: View, whole: string): string | undefined {
  const tests = countTests(node);
  if (tests === undefined || tests > MOST_TESTS) return undefined;
  const result = writer.declare(view);
  const label = writer.variable();
  view.lines.push(`${label}: {`);
  const giveUp = `{ ${result} = ${whole}; break ${label}; }`;
  new ConditionWriter(writer, result, giveUp).write(node, { ...view, known: new Map(view.known) });
  view.lines.push('}');
  return result;
}

/** Undefined where one of them is not written. */
function countTests(node: ConditionNode): number | undefined {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.terms
        .map(countTests)
        .reduce((sum, count) => (sum === undefined || count === undefined ? undefined : sum + count), 0);
    case 'not':
      return countTests(node.term);
    default:
      return isWritable(node) ? 1 : undefined;
  }
}

function isWritable(node: ConditionNode): boolean {
  switch (node.kind) {
    case 'equality':
      return node.left.kind === 'reference' && node.right.kind === 'literal';
    case 'order':
      return node.left.kind === 'reference' && node.right.kind === 'literal' && typeof node.right.value === 'number';
    case 'state':
      return node.operand.kind === 'reference' && node.operator !== 'EMPTY';
    case 'in':
      return node.operand.kind === 'reference' && node.list.items.every(({ kind }) => kind === 'literal');
    default:
      return false;
  }
}

const OPERATORS: Readonly<Record<OrderNode['operator'], string>> = { '>': '>', '>=': '>=', '<': '<', '<=': '<=' };

class ConditionWriter {
  readonly #writer: CodeWriter;
  readonly #result: string;
  readonly #giveUp: string;

  constructor(writer: CodeWriter, result: string, giveUp: string) {
    this.#writer = writer;
    this.#result = result;
    this.#giveUp = giveUp;
  }

  write(node: ConditionNode, view: View): void {
    switch (node.kind) {
      case 'and':
      case 'or':
        this.#writeTerms(node.terms, node.kind === 'and' ? this.#result : `!${this.#result}`, view);
        break;
      case 'not':
        this.write(node.term, view);
        view.lines.push(`${this.#result} = !${this.#result};`);
        break;
      default:
        view.lines.push(`${this.#result} = ${this.#test(node as ComparisonNode, view)};`);
    }
  }

  /** Each term inside the block of the one before it, so that what was read there is known. */
  #writeTerms(terms: readonly ConditionNode[], goOn: string, view: View): void {
    terms.forEach((term, index) => {
      if (index > 0) view.lines.push(`if (${goOn}) {`);
      // What a term reads in blocks of its own is not known to the next one.
      const isSimple = term.kind !== 'and' && term.kind !== 'or' && term.kind !== 'not';
      this.write(term, isSimple ? view : { ...view, known: new Map(view.known) });
    });
    view.lines.push('}'.repeat(terms.length - 1));
  }

  #test(node: ComparisonNode, view: View): string {
    const read = (operand: Operand): string => this.#writer.reference(operand as ReferenceOperand, view);
    switch (node.kind) {
      case 'equality': {
        const value = read(node.left);
        const literal = literalOf(node.right);
        const constant = this.#writer.constant(literal);
        const among = `(isArray(${value}) && ${value}.includes(${constant}))`;
        const equal = literal === null ? isNull(value) : `(${value} === ${constant} || ${among})`;
        return node.operator === '==' ? equal : `!${equal}`;
      }
      case 'order': {
        const value = read(node.left);
        view.lines.push(`if (typeof ${value} !== 'number') ${this.#giveUp}`);
        return `${value} ${OPERATORS[node.operator]} ${this.#writer.constant(literalOf(node.right))}`;
      }
      case 'state': {
        const value = read(node.operand);
        return `${not(node.negated)}${node.operator === 'EXISTS' ? `(${value} !== undefined)` : isNull(value)}`;
      }
      case 'in': {
        const values = this.#writer.constant(new Set(node.list.items.map(literalOf)));
        return `${not(node.negated)}${values}.has(${read(node.operand)})`;
      }
      default:
        throw new TypeError(`No code is written for ${node.kind}.`);
    }
  }
}

function literalOf(operand: Operand): unknown {
  return operand.kind === 'literal' ? operand.value : undefined;
}

function not(negated: boolean): string {
  return negated ? '!' : '';
}

function isNull(value: string): string {
  return `(${value} === undefined || ${value} === null)`;
}

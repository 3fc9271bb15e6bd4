import { addDiagnostic } from '../add-diagnostic';
import type { Diagnostic, EvaluationOptions } from '../diagnostic';
import type { Scope } from '../scope';
import { readReference } from '../references/read-reference';
import type { CompileContext } from './compile-context';
import { compileOperand } from './compile-operand';
import { compileTest } from './compile-test';
import type { Decision } from './compiled-condition';
import type { ExplainNode, ExplainOperand } from './explain-node';
import type { ConditionNode, Operand, QuantifierNode } from './tree';
import { UNDECIDED } from './values';

/** How many elements of a list are shown under an ANY or ALL. */
const SHOWN_ELEMENTS = 100;

/** Decides a condition part by part and keeps what each came to. */
export function explainCondition(
  node: ConditionNode,
  context: CompileContext,
  scope: Scope,
  options: EvaluationOptions,
): ExplainNode {
  const base = { text: context.textOf(node), operator: operatorOf(node), evaluated: true };
  switch (node.kind) {
    case 'always':
      return { ...base, result: true };
    case 'and':
    case 'or': {
      const deciding = node.kind === 'or';
      const children: ExplainNode[] = [];
      let result: Decision = !deciding;
      for (const term of node.terms) {
        const child: ExplainNode =
          result === deciding ? skip(term, context) : explainCondition(term, context, scope, options);
        children.push(child);
        if (result !== deciding && child.result !== !deciding) result = child.result;
      }
      return { ...base, result, children };
    }
    case 'not': {
      const child = explainCondition(node.term, context, scope, options);
      return { ...base, result: child.result === null ? null : !child.result, children: [child] };
    }
    case 'quantifier':
      return { ...base, ...explainQuantifier(node, context, scope, options) };
    default: {
      const diagnostics: Diagnostic[] = [];
      const result = compileTest(node, context)(scope, { now: options.now, diagnostics });
      return {
        ...base,
        result,
        operands: operandsOf(node).map((operand) => show(operand, context, scope, options)),
        ...seen(diagnostics, options),
      };
    }
  }
}

function explainQuantifier(
  node: QuantifierNode,
  context: CompileContext,
  scope: Scope,
  options: EvaluationOptions,
): Pick<ExplainNode, 'result' | 'operands' | 'children' | 'diagnostics'> {
  const diagnostics: Diagnostic[] = [];
  const result = compileTest(node, context)(scope, { now: options.now, diagnostics });
  const elements = readReference(node.list)(scope);
  const children: ExplainNode[] = [];
  const deciding = node.quantifier === 'ANY';
  if (Array.isArray(elements)) {
    for (const element of elements.slice(0, SHOWN_ELEMENTS)) {
      const child = explainCondition(node.body, context, { ...scope, [node.name]: element as unknown }, options);
      children.push(child);
      if (child.result === deciding) break;
    }
  }
  const own = diagnostics.filter(({ position }) => position < node.body.start);
  return { result, operands: [show(node.list, context, scope, options)], children, ...seen(own, options) };
}

/** Diagnostics go to the node where they arose and, as when evaluating, to the caller's list. */
function seen(diagnostics: readonly Diagnostic[], options: EvaluationOptions): Pick<ExplainNode, 'diagnostics'> {
  if (options.diagnostics !== undefined)
    for (const diagnostic of diagnostics) addDiagnostic(options.diagnostics, diagnostic);
  return diagnostics.length === 0 ? {} : { diagnostics };
}

function skip(node: ConditionNode, context: CompileContext): ExplainNode {
  const base = { text: context.textOf(node), operator: operatorOf(node), result: null, evaluated: false } as const;
  if (node.kind === 'not') return { ...base, children: [skip(node.term, context)] };
  if (node.kind !== 'and' && node.kind !== 'or') return base;
  return { ...base, children: node.terms.map((term) => skip(term, context)) };
}

function show(operand: Operand, context: CompileContext, scope: Scope, options: EvaluationOptions): ExplainOperand {
  const value = compileOperand(operand, context)(scope, { now: options.now });
  const text = context.textOf(operand);
  if (value === undefined) return { text, value: null, missing: true };
  return { text, value: value === UNDECIDED ? null : value };
}

function operatorOf(node: ConditionNode): string {
  switch (node.kind) {
    case 'equality':
    case 'order':
      return node.operator;
    case 'part':
      return `${node.negated ? 'NOT ' : ''}${node.operator}`;
    case 'state':
      return node.negated ? (node.operator === 'IS NULL' ? 'IS NOT NULL' : `NOT ${node.operator}`) : node.operator;
    case 'between':
    case 'in':
    case 'matches':
      return `${node.negated ? 'NOT ' : ''}${node.kind.toUpperCase()}`;
    case 'quantifier':
      return node.quantifier;
    default:
      return node.kind.toUpperCase();
  }
}

function operandsOf(node: ConditionNode): readonly Operand[] {
  switch (node.kind) {
    case 'equality':
    case 'order':
    case 'part':
      return [node.left, node.right];
    case 'between':
      return [node.operand, node.low, node.high];
    case 'in':
      return [node.operand, node.list];
    case 'state':
    case 'matches':
      return [node.operand];
    default:
      return [];
  }
}

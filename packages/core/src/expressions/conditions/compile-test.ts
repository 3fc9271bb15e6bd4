import type { CompileContext } from './compile-context';
import { compileEquality } from './compile-equality';
import { compileIn } from './compile-in';
import { compileMatches } from './compile-matches';
import { compileBetween, compileOrder } from './compile-order';
import { compilePart } from './compile-part';
import { compileQuantifier } from './compile-quantifier';
import { compileState } from './compile-state';
import type { Decision } from './compiled-condition';
import type { Test } from './evaluation';
import type { ConditionNode } from './tree';

/** Makes the function that decides a part of a condition, and with it all that is inside. */
export function compileTest(node: ConditionNode, context: CompileContext): Test {
  switch (node.kind) {
    case 'always':
      return () => true;
    case 'and':
      return compileAnd(node.terms.map((term) => compileTest(term, context)));
    case 'or':
      return compileOr(node.terms.map((term) => compileTest(term, context)));
    case 'not':
      return negate(compileTest(node.term, context));
    case 'equality':
      return compileEquality(node, context);
    case 'order':
      return compileOrder(node, context);
    case 'between':
      return negateIf(node.negated, compileBetween(node, context));
    case 'state':
      return negateIf(node.negated, compileState(node, context));
    case 'part':
      return negateIf(node.negated, compilePart(node, context));
    case 'in':
      return negateIf(node.negated, compileIn(node, context));
    case 'matches':
      return negateIf(node.negated, compileMatches(node, context));
    case 'quantifier':
      return compileQuantifier(node, context, compileTest(node.body, context));
  }
}

function negate(test: Test): Test {
  return (scope, options) => {
    const result = test(scope, options);
    return result === null ? null : !result;
  };
}

function negateIf(negated: boolean, test: Test): Test {
  return negated ? negate(test) : test;
}

// Two and three terms are most of what is written, and a loop costs more than they do.
function compileAnd(terms: readonly Test[]): Test {
  const [first, second, third] = terms as [Test, Test, Test | undefined];
  if (terms.length === 2) {
    return (scope, options) => {
      const one = first(scope, options);
      if (one === false) return false;
      const two = second(scope, options);
      return two === false ? false : one === null ? null : two;
    };
  }
  if (third !== undefined && terms.length === 3) {
    return (scope, options) => {
      const one = first(scope, options);
      if (one === false) return false;
      const two = second(scope, options);
      if (two === false) return false;
      const three = third(scope, options);
      return three === false ? false : one === null || two === null ? null : three;
    };
  }
  return (scope, options) => {
    let all: Decision = true;
    for (const term of terms) {
      const result = term(scope, options);
      if (result === false) return false;
      if (result === null) all = null;
    }
    return all;
  };
}

function compileOr(terms: readonly Test[]): Test {
  return (scope, options) => {
    let any: Decision = false;
    for (const term of terms) {
      const result = term(scope, options);
      if (result === true) return true;
      if (result === null) any = null;
    }
    return any;
  };
}

import type { ConditionNode, Operand } from '../../../src/expressions/conditions/tree';

// The language's meaning once more, as plainly as it can be written: slow, without short cuts, sharing no code with the
// evaluator that it is compared with.

type Truth = true | false | null;
type Value =
  | { readonly is: 'value'; readonly value: unknown }
  | { readonly is: 'instant'; readonly time: number }
  | { readonly is: 'list'; readonly items: readonly Value[] }
  | { readonly is: 'missing' }
  | { readonly is: 'undecided'; readonly items?: readonly Value[] };

const missing: Value = { is: 'missing' };
const undecided: Value = { is: 'undecided' };

export function evaluateNaively(node: ConditionNode, scope: Readonly<Record<string, unknown>>, now: number): Truth {
  const value = (operand: Operand): Value => valueOf(operand, scope, now);
  switch (node.kind) {
    case 'always':
      return true;
    case 'and':
      return both(node.terms.map((term) => evaluateNaively(term, scope, now)));
    case 'or':
      return opposite(both(node.terms.map((term) => opposite(evaluateNaively(term, scope, now)))));
    case 'not':
      return opposite(evaluateNaively(node.term, scope, now));
    case 'quantifier': {
      const list = value(node.list);
      if (list.is !== 'value' || !Array.isArray(list.value)) return null;
      const truths = list.value.map((element: unknown) =>
        evaluateNaively(node.body, { ...scope, [node.name]: element }, now),
      );
      return node.quantifier === 'ALL' ? both(truths) : opposite(both(truths.map(opposite)));
    }
    case 'equality': {
      const isNull = (operand: Operand): boolean => operand.kind === 'literal' && operand.value === null;
      const truth = isNull(node.left)
        ? nothing(value(node.right))
        : isNull(node.right)
          ? nothing(value(node.left))
          : equal(value(node.left), value(node.right));
      return node.operator === '==' ? truth : opposite(truth);
    }
    case 'order': {
      const order = orderOf(value(node.left), value(node.right));
      if (order === undefined) return null;
      return { '>': order > 0, '>=': order >= 0, '<': order < 0, '<=': order <= 0 }[node.operator];
    }
    case 'between': {
      const low = orderOf(value(node.operand), value(node.low));
      const high = orderOf(value(node.operand), value(node.high));
      return negatedIf(node.negated, low === undefined || high === undefined ? null : low >= 0 && high <= 0);
    }
    case 'state': {
      const operand = value(node.operand);
      if (operand.is === 'undecided') return null;
      const states = { 'IS NULL': nothing(operand), EXISTS: operand.is !== 'missing', EMPTY: empty(operand) };
      return negatedIf(node.negated, states[node.operator]);
    }
    case 'in': {
      const operand = value(node.operand);
      if (operand.is === 'undecided') return null;
      const truths = node.list.items.map((item) => {
        const element = value(item);
        return element.is === 'undecided' ? null : same(operand, element);
      });
      return negatedIf(node.negated, opposite(both(truths.map(opposite))));
    }
    case 'part':
      return negatedIf(
        node.negated,
        part(node.operator, value(node.left), value(node.right), node.right.kind === 'literal'),
      );
    case 'matches': {
      const operand = value(node.operand);
      const text = operand.is === 'value' && typeof operand.value === 'string' ? operand.value : undefined;
      return negatedIf(node.negated, text === undefined ? null : new RegExp(node.pattern.value).test(text));
    }
  }
}

function both(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes(null) ? null : true;
}

function opposite(truth: Truth): Truth {
  return truth === null ? null : !truth;
}

function negatedIf(negated: boolean, truth: Truth): Truth {
  return negated ? opposite(truth) : truth;
}

function valueOf(operand: Operand, scope: Readonly<Record<string, unknown>>, now: number): Value {
  switch (operand.kind) {
    case 'literal':
      return { is: 'value', value: operand.value };
    case 'list': {
      const items = operand.items.map((item) => valueOf(item, scope, now));
      return items.some(({ is }) => is === 'undecided') ? { is: 'undecided', items } : { is: 'list', items };
    }
    case 'reference': {
      const own = ['payload', 'memory', 'flow'].includes(operand.scope) ? undefined : scope;
      let value: unknown = operand.path.includes('__proto__') ? undefined : own;
      for (const key of [operand.scope, ...operand.path]) {
        const names = Array.isArray(value)
          ? value.map((_, index) => String(index))
          : Object.keys(Object(value) as object);
        if (typeof value !== 'object' || value === null || !names.includes(key)) return missing;
        value = (value as Record<string, unknown>)[key];
      }
      return { is: 'value', value };
    }
    case 'call':
      return call(operand.name, operand.arguments.map((argument) => valueOf(argument, scope, now))[0], now);
  }
}

function call(name: string, argument: Value | undefined, now: number): Value {
  if (name === 'now') return { is: 'instant', time: now };
  if (name === 'datetime' && argument?.is === 'instant') return argument;
  if (argument?.is !== 'value') return undecided;
  const { value } = argument;
  if (name === 'lowercase' && typeof value === 'string') return { is: 'value', value: value.toLowerCase() };
  if (name === 'uppercase' && typeof value === 'string') return { is: 'value', value: value.toUpperCase() };
  if (name === 'datetime' && typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value))
    return { is: 'instant', time: Date.parse(value) };
  const isTime = name === 'datetime.from_timestamp' && typeof value === 'number' && Math.abs(value) <= 8.64e12;
  return isTime ? { is: 'instant', time: value * 1_000 } : undecided;
}

/** Lists that were written and lists that came in are the same thing. */
function elementsOf(value: Value): readonly Value[] | undefined {
  if (value.is === 'list') return value.items;
  if (value.is !== 'value' || !Array.isArray(value.value)) return undefined;
  return value.value.map((element: unknown) => ({ is: 'value', value: element }));
}

function same(left: Value, right: Value): boolean {
  if (left.is === 'missing' || right.is === 'missing') return false;
  if (left.is === 'instant' || right.is === 'instant')
    return left.is === right.is && 'time' in left && 'time' in right && left.time === right.time;
  const one = elementsOf(left);
  const other = elementsOf(right);
  if (one !== undefined || other !== undefined) {
    if (one?.length !== other?.length || one === undefined || other === undefined) return false;
    return one.every((element, index) => same(element, other[index] as Value));
  }
  if (left.is !== 'value' || right.is !== 'value') return false;
  if (typeof left.value !== 'object' || typeof right.value !== 'object' || left.value === null || right.value === null)
    return left.value === right.value;
  const keys = Object.keys(left.value).sort();
  if (keys.join('\n') !== Object.keys(right.value).sort().join('\n')) return false;
  return keys.every((key) =>
    same(
      { is: 'value', value: (left.value as Record<string, unknown>)[key] },
      { is: 'value', value: (right.value as Record<string, unknown>)[key] },
    ),
  );
}

function equal(left: Value, right: Value): Truth {
  const isElement = (list: Value, value: Value): boolean =>
    list.is === 'undecided' &&
    value.is !== 'undecided' &&
    (list.items ?? []).some((item) => item.is !== 'undecided' && same(item, value));
  if (left.is === 'undecided' || right.is === 'undecided')
    return isElement(left, right) || isElement(right, left) ? true : null;
  if (left.is === 'missing' || right.is === 'missing') return false;
  const amongOther = elementsOf(right)?.some((element) => same(left, element)) ?? false;
  const amongOne = elementsOf(left)?.some((element) => same(element, right)) ?? false;
  return same(left, right) || amongOne || amongOther;
}

function nothing(value: Value): Truth {
  if (value.is === 'undecided') return null;
  return value.is === 'missing' || (value.is === 'value' && value.value === null);
}

function empty(value: Value): boolean {
  if (value.is === 'missing') return true;
  if (value.is === 'list') return value.items.length === 0;
  return value.is === 'value' && ['null', '""', '[]', '{}'].includes(JSON.stringify(value.value));
}

function orderOf(left: Value, right: Value): number | undefined {
  if (left.is === 'instant' && right.is === 'instant') return left.time - right.time;
  if (left.is !== 'value' || right.is !== 'value' || typeof left.value !== typeof right.value) return undefined;
  if (typeof left.value !== 'number' && typeof left.value !== 'string') return undefined;
  const other = right.value as typeof left.value;
  return left.value < other ? -1 : left.value > other ? 1 : 0;
}

function part(operator: string, whole: Value, piece: Value, isWritten: boolean): Truth {
  if (
    [whole.is, piece.is].some((is) => is === 'missing' || is === 'undecided') ||
    nothing(whole) === true ||
    (nothing(piece) === true && !isWritten)
  )
    return null;
  const elements = elementsOf(whole);
  if (elements !== undefined) {
    const looked =
      { CONTAINS: elements, 'STARTS WITH': elements.slice(0, 1), 'ENDS WITH': elements.slice(-1) }[operator] ?? [];
    return looked.some((element) => same(element, piece));
  }
  if (
    whole.is !== 'value' ||
    piece.is !== 'value' ||
    typeof whole.value !== 'string' ||
    typeof piece.value !== 'string'
  )
    return null;
  const at = {
    CONTAINS: whole.value.includes(piece.value),
    'STARTS WITH': whole.value.startsWith(piece.value),
    'ENDS WITH': whole.value.endsWith(piece.value),
  };
  return at[operator as keyof typeof at];
}

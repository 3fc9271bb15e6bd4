import fc from 'fast-check';
import type {
  ConditionNode,
  ListOperand,
  LiteralOperand,
  Operand,
  ReferenceOperand,
} from '../../../src/expressions/conditions/tree';

const span = { start: 0, end: 0 };

/** Few names, so that references often meet something. */
const names = ['a', 'b', 'list', 'text', 'length', '0', '1', '__proto__', 'a b', 'constructor', 'é', '"'];

const scalar = fc.oneof(
  fc.constantFrom('', 'a', 'ab', 'b', '2024-01-10', '2024-01-10T10:00:00Z', 'é"\\\n', '\ud800'),
  fc.constantFrom(0, 1, 2, -1, 1.5, 1e21, 1e-7),
  fc.boolean(),
  fc.constant(null),
);

/** Values as envelopes have them. */
export const data: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    { weight: 3, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
    { weight: 2, arbitrary: fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 4 }) },
  ),
})).value;

export const scope = fc.record({ profile: data, event: data, session: data, payload: data }, { requiredKeys: [] });

const literal: fc.Arbitrary<LiteralOperand> = scalar.map((value) => ({ kind: 'literal', value, ...span }));

const path = fc.array(fc.constantFrom(...names), { maxLength: 4 });

function reference(scopes: readonly string[]): fc.Arbitrary<ReferenceOperand> {
  return fc
    .record({ scope: fc.constantFrom(...scopes), path })
    .map((made) => ({ kind: 'reference', ...made, ...span }));
}

function operand(scopes: readonly string[]): fc.Arbitrary<Operand> {
  return fc.letrec<{ operand: Operand; list: ListOperand }>((tie) => ({
    operand: fc.oneof(
      { maxDepth: 2 },
      { weight: 5, arbitrary: reference(scopes) },
      { weight: 4, arbitrary: literal },
      { weight: 1, arbitrary: tie('list') },
      {
        weight: 1,
        arbitrary: fc
          .record({
            name: fc.constantFrom('lowercase', 'uppercase', 'datetime', 'datetime.from_timestamp'),
            argument: tie('operand'),
          })
          .map(({ name, argument }): Operand => ({ kind: 'call', name, arguments: [argument], ...span })),
      },
      { weight: 1, arbitrary: fc.constant<Operand>({ kind: 'call', name: 'now', arguments: [], ...span }) },
    ),
    list: fc
      .array(tie('operand'), { minLength: 1, maxLength: 3 })
      .map((items): ListOperand => ({ kind: 'list', items, ...span })),
  })).operand;
}

function listOperand(scopes: readonly string[]): fc.Arbitrary<ListOperand> {
  return fc.array(operand(scopes), { minLength: 1, maxLength: 4 }).map((items) => ({ kind: 'list', items, ...span }));
}

function comparison(scopes: readonly string[]): fc.Arbitrary<ConditionNode> {
  const left = operand(scopes);
  const right = operand(scopes);
  const negated = fc.boolean();
  const kinds: fc.Arbitrary<unknown>[] = [
    fc.record({ kind: fc.constant('equality'), operator: fc.constantFrom('==', '!='), left, right }),
    fc.record({ kind: fc.constant('order'), operator: fc.constantFrom('>', '>=', '<', '<='), left, right }),
    fc.record({
      kind: fc.constant('part'),
      operator: fc.constantFrom('CONTAINS', 'STARTS WITH', 'ENDS WITH'),
      negated,
      left,
      right,
    }),
    fc.record({
      kind: fc.constant('state'),
      operator: fc.constantFrom('IS NULL', 'EXISTS', 'EMPTY'),
      negated,
      operand: left,
    }),
    fc.record({ kind: fc.constant('between'), negated, operand: left, low: right, high: operand(scopes) }),
    fc.record({ kind: fc.constant('in'), negated, operand: left, list: listOperand(scopes) }),
    fc.record({
      kind: fc.constant('matches'),
      negated,
      operand: left,
      pattern: fc.constantFrom('a', '^b', 'a+$', '\\ba', '\b').map((value) => ({ kind: 'literal', value, ...span })),
    }),
  ];
  return fc.oneof(...kinds).map((node) => ({ ...(node as ConditionNode), ...span }));
}

/** Trees of conditions, of every kind of node but the empty one. */
export function condition(
  scopes: readonly string[] = ['profile', 'event', 'session', 'payload'],
  depth = 3,
): fc.Arbitrary<ConditionNode> {
  const leaf = comparison(scopes);
  if (depth === 0) return leaf;
  const inner = condition(scopes, depth - 1);
  const terms = fc.array(inner, { minLength: 2, maxLength: 4 });
  const quantifier = fc.record({
    kind: fc.constant('quantifier' as const),
    quantifier: fc.constantFrom('ANY' as const, 'ALL' as const),
    name: fc.constant('item'),
    list: reference(scopes),
    body: depth > 1 ? condition([...scopes, 'item'], 0) : comparison([...scopes, 'item']),
  });
  return fc.oneof(
    { weight: 4, arbitrary: leaf },
    {
      weight: 2,
      arbitrary: fc
        .record({ kind: fc.constantFrom('and' as const, 'or' as const), terms })
        .map((node) => ({ ...node, ...span })),
    },
    { weight: 1, arbitrary: inner.map((term): ConditionNode => ({ kind: 'not', term, ...span })) },
    { weight: 1, arbitrary: quantifier.map((node) => ({ ...node, ...span })) },
  );
}

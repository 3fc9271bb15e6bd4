import type { Reference } from '../references/reference';

/** Where a part of a condition stands in its text: offsets in UTF-16 code units, the end not included. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface ReferenceOperand extends Span, Reference {
  readonly kind: 'reference';
}

export interface LiteralOperand extends Span {
  readonly kind: 'literal';
  readonly value: string | number | boolean | null;
}

export interface ListOperand extends Span {
  readonly kind: 'list';
  readonly items: readonly Operand[];
}

export interface CallOperand extends Span {
  readonly kind: 'call';
  readonly name: string;
  readonly arguments: readonly Operand[];
}

export type Operand = ReferenceOperand | LiteralOperand | ListOperand | CallOperand;

export type EqualityOperator = '==' | '!=';
export type OrderOperator = '>' | '>=' | '<' | '<=';
export type PartOperator = 'CONTAINS' | 'STARTS WITH' | 'ENDS WITH';
export type StateOperator = 'IS NULL' | 'EXISTS' | 'EMPTY';

/** `==` and `!=`. */
export interface EqualityNode extends Span {
  readonly kind: 'equality';
  readonly operator: EqualityOperator;
  readonly left: Operand;
  readonly right: Operand;
}

/** `>`, `>=`, `<` and `<=`. */
export interface OrderNode extends Span {
  readonly kind: 'order';
  readonly operator: OrderOperator;
  readonly left: Operand;
  readonly right: Operand;
}

/** `CONTAINS`, `STARTS WITH` and `ENDS WITH`. */
export interface PartNode extends Span {
  readonly kind: 'part';
  readonly operator: PartOperator;
  readonly negated: boolean;
  readonly left: Operand;
  readonly right: Operand;
}

/** `IS NULL`, `EXISTS` and `EMPTY`. */
export interface StateNode extends Span {
  readonly kind: 'state';
  readonly operator: StateOperator;
  readonly negated: boolean;
  readonly operand: Operand;
}

export interface BetweenNode extends Span {
  readonly kind: 'between';
  readonly negated: boolean;
  readonly operand: Operand;
  readonly low: Operand;
  readonly high: Operand;
}

export interface InNode extends Span {
  readonly kind: 'in';
  readonly negated: boolean;
  readonly operand: Operand;
  readonly list: ListOperand;
}

export interface MatchesNode extends Span {
  readonly kind: 'matches';
  readonly negated: boolean;
  readonly operand: Operand;
  readonly pattern: LiteralOperand & { readonly value: string };
}

export interface QuantifierNode extends Span {
  readonly kind: 'quantifier';
  readonly quantifier: 'ANY' | 'ALL';
  /** The scope that each element has in the body. */
  readonly name: string;
  readonly list: ReferenceOperand;
  readonly body: ConditionNode;
}

export interface NotNode extends Span {
  readonly kind: 'not';
  readonly term: ConditionNode;
}

export interface JunctionNode extends Span {
  readonly kind: 'and' | 'or';
  /** Two or more. */
  readonly terms: readonly ConditionNode[];
}

/** Empty or blank text: always true. */
export interface AlwaysNode extends Span {
  readonly kind: 'always';
}

export type ComparisonNode = EqualityNode | OrderNode | PartNode | StateNode | BetweenNode | InNode | MatchesNode;

export type ConditionNode = ComparisonNode | QuantifierNode | NotNode | JunctionNode | AlwaysNode;

/** A parsed condition. */
export type ConditionTree = ConditionNode;

import type { Diagnostic } from '../diagnostic';

/** A value that a test was made on. */
export interface ExplainOperand {
  readonly text: string;
  /** Plain JSON; datetimes as ISO text. Null for what is missing or could not be made. */
  readonly value: unknown;
  readonly missing?: true;
}

/** One part of a condition and what it came to. */
export interface ExplainNode {
  readonly text: string;
  /** Such as `AND`, `==`, `NOT CONTAINS`, `ANY`; `ALWAYS` for the empty condition. */
  readonly operator: string;
  readonly result: true | false | null;
  /** False: what stood before it decided already; the result is then null. */
  readonly evaluated: boolean;
  readonly operands?: readonly ExplainOperand[];
  readonly children?: readonly ExplainNode[];
  /** What could not be decided at this very part. */
  readonly diagnostics?: readonly Diagnostic[];
}

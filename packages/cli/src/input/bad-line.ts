/** A line that is no envelope: which, and what is wrong with it. */
export interface BadLine {
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

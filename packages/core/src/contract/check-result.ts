/** One step of a check, such as `reachable` or `authenticated`. */
export interface CheckStep {
  readonly name: string;
  readonly ok: boolean;
  /** What was found; where `ok` is false, what to do. */
  readonly message?: string;
}

/** What `check` found: whether the other side is there and may be written to. */
export interface CheckResult {
  readonly ok: boolean;
  readonly message?: string;
  readonly steps?: readonly CheckStep[];
}

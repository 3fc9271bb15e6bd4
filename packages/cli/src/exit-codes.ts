/** What the command ends with. */
export const EXIT = {
  /** Done. */
  done: 0,
  /** Something failed at run time: a delivery, a check. */
  failed: 1,
  /** The input or the configuration is wrong. */
  invalid: 2,
  /** The environment is: a plugin or a binding is missing. */
  environment: 3,
  SIGINT: 130,
  SIGTERM: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** From the mildest to the worst: bad input is the least where something failed as well. */
const SEVERITY: readonly ExitCode[] = [EXIT.done, EXIT.invalid, EXIT.failed, EXIT.environment];

/** The worst of several outcomes: a missing plugin before a failure, a failure before wrong input. */
export function worstOf(codes: readonly ExitCode[]): ExitCode {
  return SEVERITY[Math.max(0, ...codes.map((code) => SEVERITY.indexOf(code)))] as ExitCode;
}

import type { IntakeState, IntakeStatus } from '@dest/host';

/** What came in by one configured intake while the host ran. */
export interface IntakeReport {
  readonly intake: string;
  /** As it was just before the host ended. */
  readonly state: IntakeState;
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly accepted: number;
  readonly duplicates: number;
  readonly refused: number;
}

/**
 * @param before - taken just before the host was closed
 * @param left - taken when it was: nothing comes in any more
 */
export function reportIntakes(before: readonly IntakeStatus[], left: readonly IntakeStatus[]): readonly IntakeReport[] {
  return left.map(({ id, accepted, duplicates, refused }): IntakeReport => {
    const { state = 'closed', failure = null } = before.find((status) => status.id === id) ?? {};
    return { intake: id, state, failure, accepted, duplicates, refused };
  });
}

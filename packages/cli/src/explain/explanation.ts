import {
  scopeOf,
  type CompiledDestination,
  type Data,
  type Decision,
  type Diagnostic,
  type Envelope,
} from '@dest/core';
import type { ConfiguredDestination, ConfigurationIssue } from '@dest/host';
import { triggerDetail } from './trigger-detail';

/** What the condition came to at each of its parts. */
export type ConditionTree = ReturnType<CompiledDestination['condition']['explain']>;

/** Why one destination receives an envelope or doesn't, and what it would be sent. */
export interface Explanation {
  readonly destination: string;
  readonly package: string;
  readonly selected: boolean;
  readonly reason: Decision['reason'];
  readonly kind: Decision['kind'];
  /** What the trigger asked for, and what the envelope has; may be empty. */
  readonly trigger: string;
  readonly condition: Decision['condition'];
  /** Absent where the condition was not reached, or where there is none. */
  readonly tree?: ConditionTree;
  /** The payload; null where the destination is not selected. */
  readonly data: Data;
  /** What the mapping could not do. */
  readonly mappingDiagnostics: readonly Diagnostic[];
  /** What keeps an instance of the destination from being made. */
  readonly issues: readonly ConfigurationIssue[];
}

/**
 * Explains the router's decision for one destination.
 *
 * @param now - time of acceptance, in milliseconds since the epoch
 */
export function explainDecision(
  decision: Decision,
  configured: ConfiguredDestination,
  accepted: { readonly id: string; readonly envelope: Envelope },
  now: number,
): Explanation {
  const { compiled, selected, reason, kind, condition } = decision;
  const { destination } = compiled;
  const scope = scopeOf(accepted.envelope);
  const mappingDiagnostics: Diagnostic[] = [];
  const reached = (destination.condition ?? '').trim() !== '' && (selected || reason === 'condition');
  return {
    destination: destination.id,
    package: destination.package,
    selected,
    reason,
    kind,
    trigger: triggerDetail(decision, accepted.envelope),
    condition,
    ...(reached ? { tree: compiled.condition.explain(scope, { now }) } : {}),
    data: selected
      ? compiled.mapping.apply(scope, { now, envelopeId: accepted.id, diagnostics: mappingDiagnostics })
      : null,
    mappingDiagnostics,
    issues: configured.issues,
  };
}

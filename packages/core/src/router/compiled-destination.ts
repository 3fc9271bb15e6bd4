import { failureOf } from '../errors/failure';
import { compileCondition } from '../expressions/conditions/compile-condition';
import type { CompiledCondition } from '../expressions/conditions/compiled-condition';
import { compileMapping } from '../expressions/mappings/compile-mapping';
import type { CompiledMapping } from '../expressions/mappings/compiled-mapping';
import { compileReference, type CompiledReference } from '../expressions/references/compile-reference';
import type { Destination } from '../model/destination';
import type { Resource } from '../model/resource';
import { compileNamePattern, type NamePattern } from './name-pattern';

/** A configured destination with everything compiled that decides what it receives. */
export interface CompiledDestination {
  readonly destination: Destination;
  readonly resourceEnabled: boolean;
  /** Receives profiles that changed, here too since it is asked for every envelope. */
  readonly onProfileChangeOnly: boolean;
  readonly eventType: NamePattern;
  /** Absent where it takes all sources. */
  readonly source?: NamePattern;
  readonly condition: CompiledCondition;
  readonly mapping: CompiledMapping;
  /** What orders its deliveries. */
  readonly key: CompiledReference;
}

/** Something about a destination's condition, mapping or key. */
export interface CompilationIssue {
  readonly code: string;
  /** JSON pointer inside the destination, such as `/mapping/items/$each`. */
  readonly pointer: string;
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

/** What compiling gave: absent `compiled` where an issue is an error. */
export interface CompilationResult {
  readonly compiled?: CompiledDestination;
  readonly issues: readonly CompilationIssue[];
}

/**
 * Compiles a destination's trigger, condition, mapping and key. Never throws: what is wrong is in `issues`.
 *
 * @param missing - what a missing value becomes, where the destination itself doesn't say: its type's wish
 */
export function compileDestination(
  destination: Destination,
  resource: Resource | undefined,
  missing: 'null' | 'omit' = 'null',
): CompilationResult {
  const issues: CompilationIssue[] = [];
  const attempt = <Compiled>(part: string, compile: () => Compiled): Compiled | undefined => {
    try {
      return compile();
    } catch (error) {
      const { code, message } = failureOf(error);
      const pointer = `${part}${(error as { pointer?: string }).pointer ?? ''}`;
      issues.push({ code, pointer, message, severity: 'error' });
      return undefined;
    }
  };
  const condition = attempt('/condition', () => compileCondition(destination.condition ?? ''));
  const mapping = attempt('/mapping', () =>
    compileMapping(destination.mapping, { missing: destination.mappingOptions?.missing ?? missing }),
  );
  const key = attempt('/delivery/key', () => compileReference(destination.delivery.key ?? 'profile@id'));
  if (condition === undefined || mapping === undefined || key === undefined) return { issues };
  for (const { code, message } of condition.warnings) {
    issues.push({ code, pointer: '/condition', message, severity: 'warning' });
  }
  for (const { code, message, pointer } of mapping.warnings) {
    issues.push({ code, pointer: `/mapping${pointer ?? ''}`, message, severity: 'warning' });
  }
  const compiled: CompiledDestination = {
    destination,
    resourceEnabled: resource?.enabled ?? true,
    onProfileChangeOnly: destination.onProfileChangeOnly,
    eventType: compileNamePattern(destination.eventType),
    ...(destination.source === undefined ? {} : { source: compileNamePattern(destination.source) }),
    condition,
    mapping,
    key,
  };
  return { compiled, issues };
}

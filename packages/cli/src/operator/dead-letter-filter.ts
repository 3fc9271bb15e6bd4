import { ConfigurationError, type DeadLetterFilter } from '@dest/core';
import type { GlobalOptions } from '../command-context';

/** Options by which dead letters are chosen. */
export interface FilterOptions extends GlobalOptions {
  readonly id?: readonly string[];
  readonly destination?: string;
  readonly code?: string;
  /** Milliseconds since the epoch. */
  readonly since?: number;
  readonly before?: number;
}

/** What changes dead letters is not to be had by forgetting an option. */
export interface ChangeOptions extends FilterOptions {
  readonly all: boolean;
}

/** @param ids - those that are named beside the options */
export function filterOf(options: FilterOptions, ids: readonly string[] = []): DeadLetterFilter {
  const { id = [], destination, code, since, before } = options;
  const chosen = [...new Set([...ids, ...id])];
  return {
    ...(chosen.length === 0 ? {} : { ids: chosen }),
    ...(destination === undefined ? {} : { destination }),
    ...(code === undefined ? {} : { code }),
    ...(since === undefined ? {} : { failedFrom: since }),
    ...(before === undefined ? {} : { failedBefore: before }),
  };
}

/** @throws ConfigurationError `FILTER_MISSING` where nothing is chosen, and not all either */
export function changeFilterOf(options: ChangeOptions, ids: readonly string[]): DeadLetterFilter {
  const filter = filterOf(options, ids);
  if (Object.keys(filter).length > 0 || options.all) return filter;
  throw new ConfigurationError(
    'Say which dead letters: by id, --destination, --code, --since, --before, or all of them with --all.',
    { code: 'FILTER_MISSING' },
  );
}

/**
 * Ids that there are no dead letters of, where some were named.
 *
 * @throws ConfigurationError `DEAD_LETTER_UNKNOWN`
 */
export function refuseUnknown({ ids }: DeadLetterFilter, found: number): void {
  if (ids === undefined || found > 0) return;
  const what = ids.length === 1 ? `There is no dead letter ${ids[0]}` : 'There is no dead letter of these ids';
  throw new ConfigurationError(`${what} that fits. dest dead-letters list shows which there are.`, {
    code: 'DEAD_LETTER_UNKNOWN',
  });
}

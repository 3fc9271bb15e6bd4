import { ConfigurationError, type DeadLetterFilter } from '@dest/core';
import type { HostControl } from '@dest/host';
import type { GlobalOptions } from '../command-context';
import type { Colors } from '../output/colors';
import { eachDeadLetter } from './each-dead-letter';

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
 * The ids among those that are named that no dead letter has which fits.
 *
 * @throws ConfigurationError `DEAD_LETTER_UNKNOWN` where that are all of them
 */
export async function unknownIds(control: HostControl, filter: DeadLetterFilter): Promise<readonly string[]> {
  const { ids } = filter;
  if (ids === undefined) return [];
  const unknown = new Set(ids);
  for await (const { id } of eachDeadLetter(control, filter, ids.length)) unknown.delete(id);
  if (unknown.size < ids.length) return [...unknown];
  const what = ids.length === 1 ? `There is no dead letter ${ids[0]}` : 'There is no dead letter of these ids';
  throw new ConfigurationError(`${what} that fits. dest dead-letters list shows which there are.`, {
    code: 'DEAD_LETTER_UNKNOWN',
  });
}

/** A line that names the ids of which there are none; no line where that are none. */
export function renderUnknown(unknown: readonly string[], colors: Colors): readonly string[] {
  if (unknown.length === 0) return [];
  return [`${colors.yellow('–')} There is no dead letter ${unknown.join(', ')} that fits.`];
}

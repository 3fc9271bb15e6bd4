import { compileMapping, type Scope } from '@dest/core';
import { compileSetting } from '../compile-setting';

/** Where an event's time usually is: as one text, or apart for when it was made and when it was taken in. */
const USUAL = ['event@metadata.time.insert', 'event@metadata.time.create', 'event@metadata.time'];

/** Pulsar takes no event time at or before 1970, and writes years with four digits. */
const LATEST = Date.UTC(10_000, 0, 1) - 1;

/**
 * Compiles `init.eventTime`: milliseconds since the epoch, or undefined where there is no time, or what is there can't be
 * read as one.
 * @param setting a reference, or false for none; absent: where events usually have it
 * Throws a ConfigurationError, REFERENCE_INVALID.
 */
export function compileEventTime(
  setting: string | false | undefined,
): ((scope: Scope, now: number) => number | undefined) | undefined {
  if (setting === false) return undefined;
  const source = setting === undefined ? { $first: USUAL } : compileSetting('init.eventTime', setting).text;
  const date = compileMapping({ $date: source, format: 'unix-ms' });
  return (scope, now) => {
    const time = date.apply(scope, { now });
    return typeof time === 'number' && time > 0 && time <= LATEST ? Math.trunc(time) : undefined;
  };
}

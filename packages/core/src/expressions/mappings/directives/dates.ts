import { formatDate, type DateFormat } from '../../dates/format-date';
import { parseDateText } from '../../dates/parse-date-text';
import { isTimeZone } from '../../dates/time-zone';
import { typeName } from '../../type-name';
import type { MappingRun } from '../compiled-mapping';
import type { Make } from '../make';
import { isObject } from '../copy-members';
import type { Directive } from './directive';
import { isDirective } from './directive-keys';
import type { DirectiveSource } from './directive-source';

const FORMATS: readonly DateFormat[] = ['iso', 'unix', 'unix-ms', 'date'];

/** Epoch numbers above it are milliseconds, others seconds, where `from` doesn't say. */
const LEAST_MILLISECONDS = 1e11;

/** `$date`: a date in another form. Texts without a zone are UTC; `timezone` is the zone of what comes out. */
export const date: Directive = {
  options: ['format', 'timezone', 'from'],
  compile: (source) => {
    const format = source.choice(FORMATS, 'format', 'iso');
    const from = source.has('from') ? source.choice(['unix', 'unix-ms'] as const, 'from') : undefined;
    const make = source.make();
    const write = compileFormat(source, format);
    return (scope, run) => {
      const value = make(scope, run);
      if (value === undefined || value === null) return value;
      const time = readTime(value, from);
      if (time !== undefined) return write(time, scope, run);
      return source.report(run, 'MAPPING_UNREADABLE_DATE', () => {
        const found = typeof value === 'string' ? 'another text' : typeName(value);
        return `it takes a date as ISO 8601 writes it, or a number of seconds or milliseconds, and this is ${found}`;
      });
    };
  },
};

/** `$now`: the time of acceptance, the same on every retry. */
export const now: Directive = {
  options: ['timezone'],
  compile: (source) => {
    const write = compileFormat(source, source.choice(FORMATS));
    return (scope, run) => write(run.now, scope, run);
  },
};

type Write = (time: number, scope: Parameters<Make>[0], run: MappingRun) => unknown;

function compileFormat(source: DirectiveSource, format: DateFormat): Write {
  const written = source.option('timezone');
  const zone = source.makeOption('timezone');
  if (source.has('timezone') && typeof written !== 'string' && !(isObject(written) && isDirective(written))) {
    throw source.fail(`\`timezone\` is a text, not ${typeName(written)}.`, 'timezone');
  }
  const isReference = typeof written !== 'string' || written.includes('@') || written.includes('{{');
  if (source.has('timezone') && !isReference && !isTimeZone(written)) {
    throw source.fail(`\`${written}\` is no time zone; expected is a name such as "Europe/Paris".`, 'timezone');
  }
  return (time, scope, run) => {
    const name = zone(scope, run) ?? 'UTC';
    if (typeof name !== 'string' || !isTimeZone(name)) {
      return source.report(run, 'MAPPING_UNKNOWN_TIME_ZONE', () => 'its `timezone` is no time zone');
    }
    const made = formatDate(time, format, name);
    return made ?? source.report(run, 'MAPPING_DATE_RANGE', () => 'this is no date that can be told');
  };
}

function readTime(value: unknown, from: 'unix' | 'unix-ms' | undefined): number | undefined {
  if (typeof value === 'string') {
    const time = parseDateText(value);
    if (time !== undefined || from === undefined || !/^\s*-?\d+(?:\.\d+)?\s*$/.test(value)) return time;
  }
  const amount = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
  if (!Number.isFinite(amount)) return undefined;
  const isMilliseconds = from === undefined ? Math.abs(amount) > LEAST_MILLISECONDS : from === 'unix-ms';
  return isMilliseconds ? amount : amount * 1_000;
}

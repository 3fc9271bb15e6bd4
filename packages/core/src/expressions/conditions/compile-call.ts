import { type Instant, instantAt } from '../dates/instant';
import { typeName } from '../type-name';
import { ARGUMENT_EXPECTED, ARGUMENT_READERS, type ArgumentKind } from './argument-kinds';
import type { CompileContext } from './compile-context';
import type { Get } from './evaluation';
import { signaturesOf } from './functions';
import type { CallOperand, Operand } from './tree';
import { UNDECIDED } from './values';

/** Makes the function that gives a call's value. A missing argument leaves it undecided silently, any other misfit with a diagnostic. */
export function compileCall(call: CallOperand, context: CompileContext, given: readonly Get[]): Get {
  const kinds = signaturesOf(call.name)?.find((signature) => signature.length === call.arguments.length) ?? [];
  const [first, second] = call.arguments.map((argument, index) =>
    compileArgument(argument, given[index] as Get, kinds[index] as ArgumentKind, call, context),
  );
  const apply = IMPLEMENTATIONS[call.name] as Implementation;
  return (scope, options) => {
    const left = first?.(scope, options);
    if (left === UNDECIDED) return UNDECIDED;
    const right = second?.(scope, options);
    if (right === UNDECIDED) return UNDECIDED;
    const result = apply(options.now, left, right);
    if (result !== undefined) return result;
    context.report(
      options,
      'CONDITION_DATE_RANGE',
      call,
      () => `\`${context.textOf(call)}\` is no date that can be told.`,
    );
    return UNDECIDED;
  };
}

function compileArgument(
  argument: Operand,
  get: Get,
  kind: ArgumentKind,
  call: CallOperand,
  context: CompileContext,
): Get {
  const read = ARGUMENT_READERS[kind];
  if (argument.kind === 'literal') {
    const fixed = read(argument.value);
    if (fixed !== undefined) return () => fixed;
  }
  return (scope, options) => {
    const value = get(scope, options);
    if (value === undefined || value === UNDECIDED) return UNDECIDED;
    const ready = read(value);
    if (ready !== undefined) return ready;
    const code = value === null ? 'CONDITION_NULL_OPERAND' : codeOf(kind, value);
    const found = foundBy(kind, value);
    context.report(options, code, argument, () => {
      const text = context.textOf(argument);
      return `\`${call.name}\` takes ${ARGUMENT_EXPECTED[kind]}; \`${text}\` is ${found}.`;
    });
    return UNDECIDED;
  };
}

function foundBy(kind: ArgumentKind, value: unknown): string {
  if (kind === 'seconds') return typeof value === 'number' ? 'beyond all dates' : typeName(value);
  return typeof value === 'string' ? 'another text' : typeName(value);
}

function codeOf(kind: ArgumentKind, value: unknown): string {
  if (kind === 'seconds' && typeof value === 'number') return 'CONDITION_DATE_RANGE';
  if (kind === 'seconds' || typeof value !== 'string') return 'CONDITION_TYPE_MISMATCH';
  if (kind === 'datetime') return 'CONDITION_UNREADABLE_DATE';
  return kind === 'time zone' ? 'CONDITION_UNKNOWN_TIME_ZONE' : 'CONDITION_UNREADABLE_OFFSET';
}

type Implementation = (now: number, first: unknown, second: unknown) => unknown;

// A time zone changes how a datetime is shown, never when it is: these give the same instant with and without one.
const IMPLEMENTATIONS: Readonly<Record<string, Implementation>> = {
  now: (now) => instantAt(now),
  utcnow: (now) => instantAt(now),
  'now.offset': (now, offset) => instantAt(now + (offset as number)),
  'now.timezone': (now) => instantAt(now),
  'now.timezone.offset': (now, _zone, offset) => instantAt(now + (offset as number)),
  datetime: (_now, date) => date,
  'datetime.offset': (_now, date, offset) => instantAt((date as Instant).time + (offset as number)),
  'datetime.timezone': (_now, date) => date,
  'datetime.from_timestamp': (_now, date) => date,
  lowercase: (_now, text) => (text as string).toLowerCase(),
  uppercase: (_now, text) => (text as string).toUpperCase(),
};

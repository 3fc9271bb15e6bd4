import type { ArgumentKind } from './argument-kinds';

/** The functions of the condition language, each with the argument lists it takes. */
export const FUNCTIONS: Readonly<Record<string, readonly (readonly ArgumentKind[])[]>> = {
  now: [[], ['time zone']],
  utcnow: [[]],
  'now.offset': [['offset']],
  'now.timezone': [['time zone']],
  'now.timezone.offset': [['time zone', 'offset']],
  datetime: [['datetime']],
  'datetime.offset': [['datetime', 'offset']],
  'datetime.timezone': [['datetime', 'time zone']],
  'datetime.from_timestamp': [['seconds']],
  lowercase: [['text']],
  uppercase: [['text']],
};

/** The argument lists of a function, or undefined where there is none of this name. */
export function signaturesOf(name: string): readonly (readonly ArgumentKind[])[] | undefined {
  return Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
}

import { textOf } from '../text-of';
import { convert } from './convert';
import type { Directive } from './directive';

const NUMBER = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

/** `$number`: a number out of a text in decimal, blanks around it allowed, or 1 and 0 out of true and false. */
export const number: Directive = {
  options: [],
  compile: (source) =>
    convert(source, 'a number, a text that reads as one, or a boolean', (value) => {
      if (typeof value === 'number') return value;
      if (typeof value === 'boolean') return value ? 1 : 0;
      const text = typeof value === 'string' ? value.trim() : '';
      const read = NUMBER.test(text) ? Number(text) : Number.NaN;
      return Number.isFinite(read) ? read : undefined;
    }),
};

/** `$string`: the text of a number or boolean. Objects and lists have none: `$json` writes them. */
export const string: Directive = {
  options: [],
  compile: (source) =>
    convert(source, 'a text, a number or a boolean', (value) =>
      typeof value === 'object' ? undefined : textOf(value),
    ),
};

/** `$boolean`: out of true and false, 1 and 0, and the texts of them. */
export const boolean: Directive = {
  options: [],
  compile: (source) =>
    convert(source, 'a boolean, true or false as text, 1 or 0', (value) => {
      const text = typeof value === 'object' ? '' : textOf(value).trim().toLowerCase();
      if (text === 'true' || text === '1') return true;
      return text === 'false' || text === '0' ? false : undefined;
    }),
};

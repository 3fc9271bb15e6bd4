import { textOf } from '../text-of';
import { convert, convertText } from './convert';
import type { Directive } from './directive';

/** `$join`: one text out of a list. Missing elements and null are empty texts, objects and lists their JSON. */
export const join: Directive = {
  options: ['with'],
  compile: (source) => {
    const separator = source.text('with', ',');
    return convert(source, 'a list', (value) => (Array.isArray(value) ? value.map(textOf).join(separator) : undefined));
  },
};

export const lower: Directive = { options: [], compile: (source) => convertText(source, (text) => text.toLowerCase()) };

export const upper: Directive = { options: [], compile: (source) => convertText(source, (text) => text.toUpperCase()) };

export const trim: Directive = { options: [], compile: (source) => convertText(source, (text) => text.trim()) };

/** `$replace`: every place where `find` stands, as it is, replaced. */
export const replace: Directive = {
  options: ['find', 'with'],
  compile: (source) => {
    const find = source.text('find', '');
    const replacement = source.text('with', '');
    if (find === '')
      throw source.fail('Beside `$replace` the option `find` is expected, the text to look for.', 'find');
    return convertText(source, (text) => text.replaceAll(find, () => replacement));
  },
};

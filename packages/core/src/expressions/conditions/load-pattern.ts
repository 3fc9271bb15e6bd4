import type * as Re2js from 're2js';
import { messageOf } from '../../errors/failure';

/** Whether a pattern is found anywhere in a text, in time linear in its length. */
export type FindPattern = (text: string) => boolean;

/**
 * Compiles a pattern of RE2 syntax. The library is loaded here, the first time that a condition has a pattern.
 * @returns the reason as text where it is no pattern
 */
export function loadPattern(pattern: string): FindPattern | string {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would make compiling asynchronous
  const { RE2JS } = require('re2js') as typeof Re2js;
  try {
    const compiled = RE2JS.compile(pattern);
    return (text) => compiled.matcher(text).find();
  } catch (error) {
    return messageOf(error).replace(/^error parsing regexp: /, '');
  }
}

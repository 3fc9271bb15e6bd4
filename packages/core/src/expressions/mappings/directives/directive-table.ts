import { boolean, number, string } from './casts';
import { branch, choose, first } from './choosing';
import { date, now } from './dates';
import type { Directive } from './directive';
import { each } from './each';
import { hash } from './hash';
import { json, parse } from './json';
import { literal } from './literal';
import { merge, omit, pick } from './objects';
import { join, lower, replace, trim, upper } from './texts';
import { uuid } from './uuid';

/** The directives of the mapping language. */
export const DIRECTIVES: Readonly<Record<string, Directive>> = {
  $literal: literal,
  $first: first,
  $if: choose,
  $switch: branch,
  $each: each,
  $merge: merge,
  $pick: pick,
  $omit: omit,
  $join: join,
  $lower: lower,
  $upper: upper,
  $trim: trim,
  $replace: replace,
  $number: number,
  $string: string,
  $boolean: boolean,
  $date: date,
  $hash: hash,
  $json: json,
  $parse: parse,
  $now: now,
  $uuid: uuid,
};

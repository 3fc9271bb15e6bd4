import type { Reference } from '../references/reference';
import type { Span } from './tree';

export type Token = Span &
  (
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'string'; readonly value: string; readonly strayBackslashes: readonly number[] }
    | { readonly kind: 'reference'; readonly reference: Reference }
    /** A bare word. `keyword` is its upper-case form where it is one. */
    | { readonly kind: 'word'; readonly text: string; readonly keyword: string | undefined }
    | { readonly kind: 'symbol'; readonly text: string }
    | { readonly kind: 'end' }
  );

export const KEYWORDS: ReadonlySet<string> = new Set([
  'ALL',
  'AND',
  'ANY',
  'BETWEEN',
  'CONTAINS',
  'EMPTY',
  'ENDS',
  'EXISTS',
  'FALSE',
  'HAS',
  'IN',
  'IS',
  'MATCHES',
  'NOT',
  'NULL',
  'OR',
  'STARTS',
  'TRUE',
  'WITH',
]);

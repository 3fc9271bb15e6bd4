import { createHash } from 'node:crypto';
import { typeName } from '../../type-name';
import type { Directive } from './directive';

const NORMALIZE = {
  none: (text: string): string => text,
  email: (text: string): string => text.trim().toLowerCase(),
  phone: (text: string): string => {
    const digits = text.replace(/\D/g, '');
    return digits === '' ? '' : `+${digits}`;
  },
} as const;

/**
 * `$hash`: the SHA-256 of a text or number in UTF-8, normalised before. Where nothing is left to hash, null: the hash of
 * nothing would be the same for everybody.
 */
export const hash: Directive = {
  options: ['algorithm', 'normalize', 'encoding'],
  compile: (source) => {
    source.choice(['sha256'], 'algorithm', 'sha256');
    const kind = source.choice(['none', 'email', 'phone'] as const, 'normalize', 'none');
    const encoding = source.choice(['hex', 'base64'] as const, 'encoding', 'hex');
    const normalize = NORMALIZE[kind];
    const make = source.make();
    return (scope, run) => {
      const value = make(scope, run);
      if (value === undefined || value === null) return value;
      if (typeof value !== 'string' && typeof value !== 'number') {
        return source.report(
          run,
          'MAPPING_WRONG_TYPE',
          () => `it takes a text or a number, and this is ${typeName(value)}`,
        );
      }
      const text = normalize(String(value));
      if (text === '' && kind !== 'none') {
        return source.report(
          run,
          'MAPPING_NOTHING_TO_HASH',
          () => `nothing of it is left as \`normalize\` ${kind} reads it`,
        );
      }
      return createHash('sha256').update(text).digest(encoding);
    };
  },
};

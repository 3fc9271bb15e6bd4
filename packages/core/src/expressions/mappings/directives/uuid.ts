import { createHash } from 'node:crypto';
import { pointerTo } from '../json-pointer';
import type { Make } from '../make';
import { textOf } from '../text-of';
import type { Directive } from './directive';
import type { DirectiveSource } from './directive-source';

/** The namespace for URLs (RFC 9562, section 6.6). */
const URL_NAMESPACE = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');

/**
 * `$uuid`: a name-based id. The name is the text of the one value in `of`, the JSON of the list where there are several,
 * and the envelope's id where there is no `of`.
 */
export const uuid: Directive = {
  options: ['of'],
  compile: (source) => {
    source.choice(['v5']);
    const makes = source.has('of') ? makesOf(source) : [((_scope, run) => run.envelopeId) satisfies Make];
    return (scope, run) => {
      const parts = makes.map((make) => make(scope, run) ?? null);
      if (parts.every((part) => part === null)) {
        return source.report(run, 'MAPPING_NOTHING_TO_NAME', () => 'all that it is made of is missing');
      }
      return nameBasedId(parts.length === 1 ? textOf(parts[0]) : JSON.stringify(parts));
    };
  },
};

function makesOf(source: DirectiveSource): Make[] {
  const value = source.option('of');
  const pointer = source.pointerOf('of');
  const parts: readonly unknown[] | undefined = Array.isArray(value) ? value : undefined;
  if (parts === undefined) return [source.compiler.compile(value, pointer)];
  if (parts.length === 0) throw source.fail('`of` has at least one value that the id is made of.', 'of');
  return parts.map((part, index) => source.compiler.compile(part, pointerTo(pointer, index)));
}

/** A UUID of version 5 (RFC 9562, section 5.5) in the URL namespace. */
function nameBasedId(name: string): string {
  const bytes = createHash('sha1').update(URL_NAMESPACE).update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

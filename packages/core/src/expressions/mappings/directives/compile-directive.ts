import { nearest } from '../../../schema/nearest';
import { pointerTo } from '../json-pointer';
import type { Make } from '../make';
import type { MappingCompiler } from '../mapping-compiler';
import { directiveKeys } from './directive-keys';
import { DirectiveSource } from './directive-source';
import { DIRECTIVES } from './directive-table';

type Members = Readonly<Record<string, unknown>>;

/**
 * Compiles an object that is a directive.
 * @throws MappingError for an unknown directive or option, and for values that are not what they should be
 */
export function compileDirective(value: Members, pointer: string, compiler: MappingCompiler): Make {
  const [name = '', second] = directiveKeys(value);
  if (second !== undefined) {
    const message = `An object has one directive; this has \`${name}\` and \`${second}\`. For a plain key \`${second}\` write \`$${second}\`.`;
    throw compiler.fail(message, { code: 'MAPPING_TWO_DIRECTIVES', pointer: pointerTo(pointer, second) });
  }
  const directive = Object.hasOwn(DIRECTIVES, name) ? DIRECTIVES[name] : undefined;
  if (directive === undefined) throw unknownDirective(name, pointer, compiler);
  for (const option of Object.keys(value)) {
    if (option !== name && !directive.options.includes(option)) throw unknownOption(name, option, pointer, compiler);
  }
  return directive.compile(new DirectiveSource(name, value, pointer, compiler));
}

function unknownDirective(name: string, pointer: string, compiler: MappingCompiler): Error {
  const meant = nearest(name, Object.keys(DIRECTIVES));
  const suggestion =
    meant === undefined ? `known are ${Object.keys(DIRECTIVES).join(', ')}` : `did you mean \`${meant}\`?`;
  const plain = `For a plain key write \`$${name}\``;
  const message = `There is no directive \`${name}\`; ${suggestion}${meant === undefined ? '.' : ''} ${plain}.`;
  return compiler.fail(message, { code: 'MAPPING_UNKNOWN_DIRECTIVE', pointer: pointerTo(pointer, name) });
}

function unknownOption(name: string, option: string, pointer: string, compiler: MappingCompiler): Error {
  const { options } = DIRECTIVES[name] as { options: readonly string[] };
  const known = options.length === 0 ? 'it has none' : `it has ${options.map((key) => `\`${key}\``).join(', ')}`;
  const message = `\`${option}\` is no option of \`${name}\`; ${known}.`;
  return compiler.fail(message, { code: 'MAPPING_UNKNOWN_OPTION', pointer: pointerTo(pointer, option) });
}

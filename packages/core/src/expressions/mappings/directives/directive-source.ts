import { typeName } from '../../type-name';
import type { CompiledCondition } from '../../conditions/compiled-condition';
import type { MappingRun } from '../compiled-mapping';
import { pointerTo } from '../json-pointer';
import type { Make } from '../make';
import type { MappingCompiler } from '../mapping-compiler';
import type { MappingError } from '../mapping-error';

/** A directive as it stands in a mapping: its value, its options, and the ways to compile them. */
export class DirectiveSource {
  readonly name: string;
  readonly value: unknown;
  readonly pointer: string;
  readonly compiler: MappingCompiler;
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #parent: string;

  /** @param pointer - the place of the object whose key the directive is */
  constructor(name: string, object: Readonly<Record<string, unknown>>, pointer: string, compiler: MappingCompiler) {
    this.name = name;
    this.value = object[name];
    this.pointer = pointerTo(pointer, name);
    this.compiler = compiler;
    this.#object = object;
    this.#parent = pointer;
  }

  has(option: string): boolean {
    return Object.hasOwn(this.#object, option);
  }

  /** An option's value as it stands in the mapping; undefined where it is absent. */
  option(option: string): unknown {
    return this.has(option) ? this.#object[option] : undefined;
  }

  pointerOf(option: string): string {
    return pointerTo(this.#parent, option);
  }

  /** Compiles the directive's value. */
  make(): Make {
    return this.compiler.compile(this.value, this.pointer);
  }

  /** Compiles an option as a value of the mapping; missing where it is absent. */
  makeOption(option: string): Make {
    return this.has(option) ? this.compiler.compile(this.option(option), this.pointerOf(option)) : () => undefined;
  }

  /** The directive's value, which must be a list, with each element compiled. */
  makeList(): Make[] {
    return this.list().map((element, index) => this.compiler.compile(element, pointerTo(this.pointer, index)));
  }

  list(): readonly unknown[] {
    if (!Array.isArray(this.value)) throw this.fail(`\`${this.name}\` takes a list, not ${typeName(this.value)}.`);
    return this.value;
  }

  condition(option: string): CompiledCondition {
    return this.compiler.condition(this.option(option), this.pointerOf(option));
  }

  /** An option that is a literal text. */
  text(option: string, absent: string): string {
    const value = this.has(option) ? this.option(option) : absent;
    if (typeof value !== 'string') throw this.fail(`\`${option}\` is a text, not ${typeName(value)}.`, option);
    return value;
  }

  /** An option, or without a name the directive's value, that is one of a few words. */
  choice<Choice extends string>(choices: readonly Choice[], option?: string, absent?: Choice): Choice {
    const value = option === undefined ? this.value : this.has(option) ? this.option(option) : absent;
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    const known = choices.map((choice) => `"${choice}"`).join(', ');
    const shown = typeof value === 'string' ? JSON.stringify(value) : typeName(value);
    throw this.fail(`\`${option ?? this.name}\` is one of ${known}, not ${shown}.`, option);
  }

  /** An error at the directive, or at one of its options. */
  fail(message: string, option?: string): MappingError {
    const pointer = option === undefined || !this.has(option) ? this.pointer : this.pointerOf(option);
    return this.compiler.fail(message, { code: 'MAPPING_BAD_OPTION', pointer });
  }

  /** Says at run time that something could not be done. Gives null, what the payload has then. */
  report(run: MappingRun, code: string, message: () => string): null {
    this.compiler.report(run, code, this.pointer, () => `\`${this.name}\` gives null: ${message()}.`);
    return null;
  }
}

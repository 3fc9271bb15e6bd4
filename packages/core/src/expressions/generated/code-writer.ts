import { internalize } from '../references/internalize';
import type { Reference } from '../references/reference';
import { isAlwaysMissing } from '../references/is-always-missing';
import { isPlainName, readReference } from '../references/read-reference';
import type { View } from './view';

/** Longer paths are read by a function: code grows with the square of their length. */
const MOST_SEGMENTS = 16;

/**
 * Writes JavaScript for expressions. The code consists of what stands in these files and of numbers: keys, texts and all else
 * that comes from an expression is handed to it as values.
 */
export class CodeWriter {
  readonly #constants: unknown[] = [];
  readonly #numbers = new Map<unknown, number>();
  #variables = 0;

  /** What the code needs, in the order of the numbers after its `k`s. */
  get constants(): readonly unknown[] {
    return this.#constants;
  }

  variable(): string {
    return `v${++this.#variables}`;
  }

  constant(value: unknown): string {
    // A map holds 0 and -0 for the same.
    const known = Object.is(value, -0) ? undefined : this.#numbers.get(value);
    if (known !== undefined) return `k${known}`;
    const number = this.#constants.push(typeof value === 'string' ? internalize(value) : value) - 1;
    if (!Object.is(value, -0)) this.#numbers.set(value, number);
    return `k${number}`;
  }

  declare(view: View, value = 'undefined'): string {
    const variable = this.variable();
    view.lines.push(`let ${variable} = ${value};`);
    return variable;
  }

  /** Writes the reading of a reference, as `readReference` reads, and gives the variable that holds its value. */
  reference(reference: Reference, view: View): string {
    const { scope, path } = reference;
    // Such as `__proto__`, that on an object without such a member would give its prototype.
    if (isAlwaysMissing(reference)) return this.declare(view);
    const held = view.names.get(scope);
    if (path.length > MOST_SEGMENTS || !path.every(isPlainName)) {
      const read = readReference(reference);
      const argument = held === undefined ? view.scope : `{ [${this.constant(scope)}]: ${held} }`;
      return this.declare(view, `${this.constant(read)}(${argument})`);
    }
    if (held === undefined && path.length === 0) {
      const name = this.constant(scope);
      return this.declare(view, `hasOwn(${view.scope}, ${name}) ? ${view.scope}[${name}] : undefined`);
    }
    let value = held ?? this.#known(view, [scope], () => this.declare(view, `${view.scope}[${this.constant(scope)}]`));
    path.forEach((key, index) => {
      const object = value;
      value = this.#known(view, [scope, ...path.slice(0, index + 1)], () => this.#member(object, key, view));
    });
    return value;
  }

  /**
   * Reads an own member. What differs from the same member of Object.prototype, on an object that inherits from
   * nothing else, is its own: that is quicker to see than asking, and asking remains for all other objects.
   */
  #member(object: string, key: string, view: View): string {
    const name = this.constant(key);
    const value = this.declare(view);
    view.lines.push(
      `if (typeof ${object} === 'object' && ${object} !== null) {`,
      `${value} = ${object}[${name}];`,
      `if (${value} !== undefined && (getPrototypeOf(${object}) !== objectPrototype || ${value} === objectPrototype[${name}])`,
      `&& !hasOwn(${object}, ${name})) ${value} = undefined;`,
      '}',
    );
    return value;
  }

  #known(view: View, path: readonly string[], read: () => string): string {
    const key = JSON.stringify(path);
    const known = view.known.get(key) ?? read();
    view.known.set(key, known);
    return known;
  }
}

import { innerScope } from '../references/inner-scope';
import type { Reference } from '../references/reference';
import { isPlainName, readReference } from '../references/read-reference';
import type { Make } from './make';
import type { Member } from './member';
import { planOf, type Plan } from './plan';
import { textOf } from './text-of';

/** How many parts of a mapping become code; the others are called. */
const MOST_PARTS = 500;

/** What the code that is being written can see at a place. */
interface View {
  /** The variable that holds the scope. */
  readonly scope: string;
  /** The variables of scopes that are held apart: the element and the index inside `$each`. */
  readonly names: ReadonlyMap<string, string>;
  /** What was read before and still holds: variables by path. */
  readonly known: Map<string, string>;
  readonly lines: string[];
}

type Each = Plan & { readonly kind: 'each' };

/**
 * Writes a mapping as JavaScript. The code consists of what stands in this file and of numbers: keys, texts and all else that
 * comes from the mapping is handed to it as values.
 */
export class MappingWriter {
  readonly #constants: unknown[] = [];
  readonly #view: View = { scope: 'scope', names: new Map(), known: new Map(), lines: [] };
  #variables = 0;
  #parts = 0;
  /** How often the code so far hands a scope to something that it calls. */
  #scopeUses = 0;

  /** Writes the body of a function of `scope` and `run`. */
  write(make: Make): { readonly source: string; readonly constants: readonly unknown[] } {
    const result = this.#value(make, this.#view);
    return { source: `${this.#view.lines.join('\n')}\nreturn ${result};`, constants: this.#constants };
  }

  /** Writes what a part does and gives the variable or constant that holds its value. */
  #value(make: Make, view: View): string {
    const plan = ++this.#parts > MOST_PARTS ? undefined : planOf(make);
    switch (plan?.kind) {
      case 'reference':
        return this.#reference(plan.reference, view);
      case 'constant':
        return this.#constant(plan.value);
      case 'template':
        return this.#template(plan.heads, plan.references, plan.tail, view);
      case 'list':
        return this.#list(plan.makes, view);
      case 'object':
        return this.#object(plan.members, view);
      case 'if': {
        const result = this.#declare(view);
        view.lines.push(`if (${this.#holds(plan.condition, view)}) {`);
        this.#assignIn(view, result, plan.then);
        view.lines.push('} else {');
        this.#assignIn(view, result, plan.otherwise);
        view.lines.push('}');
        return result;
      }
      case 'each':
        return this.#each(plan, view);
      case undefined: {
        this.#scopeUses++;
        return this.#declare(view, `${this.#constant(make)}(${view.scope}, run)`);
      }
    }
  }

  #reference(reference: Reference, view: View): string {
    const { scope, path } = reference;
    const held = view.names.get(scope);
    // `__proto__` on an object without such a member would give its prototype.
    if (!path.every((key) => isPlainName(key) && key !== '__proto__')) {
      if (held === undefined) return this.#declare(view, `${this.#constant(readReference(reference))}(${view.scope})`);
      const read = readReference({ scope: 'it', path });
      return this.#declare(view, `${this.#constant((it: unknown) => read({ it }))}(${held})`);
    }
    if (held === undefined && path.length === 0) {
      const name = this.#constant(scope);
      return this.#declare(view, `hasOwn(${view.scope}, ${name}) ? ${view.scope}[${name}] : undefined`);
    }
    let value =
      held ?? this.#known(view, [scope], () => this.#declare(view, `${view.scope}[${this.#constant(scope)}]`));
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
    const name = this.#constant(key);
    const value = this.#declare(view);
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

  #template(heads: readonly string[], references: readonly Reference[], tail: string, view: View): string {
    const parts = references.map((reference, index) => {
      const value = this.#reference(reference, view);
      return `${this.#constant(heads[index])} + (typeof ${value} === 'string' ? ${value} : textOf(${value}))`;
    });
    return this.#declare(view, [...parts, this.#constant(tail)].join(' + '));
  }

  #list(makes: readonly Make[], view: View): string {
    const values = makes.map((make) => this.#orNull(this.#value(make, view)));
    return this.#declare(view, `[${values.join(', ')}]`);
  }

  #object(members: readonly Member[], view: View): string {
    const made = this.#declare(view, '{}');
    for (const { key, make, rule } of members) {
      const value = this.#value(make, view);
      const assignment = `${made}[${this.#constant(key)}] = `;
      if (rule === 'always') view.lines.push(`${assignment}${this.#orNull(value)};`);
      else if (rule === 'unless-missing') view.lines.push(`if (${value} !== undefined) ${assignment}${value};`);
      else view.lines.push(`if (${value} !== undefined && ${value} !== null) ${assignment}${value};`);
    }
    return made;
  }

  #each({ list, name, condition, map }: Each, view: View): string {
    const value = this.#value(list, view);
    const [made, elements, index, element] = [0, 1, 2, 3].map(() => `v${++this.#variables}`) as [
      string,
      string,
      string,
      string,
    ];
    const inner = `v${++this.#variables}`;
    const body: View = {
      scope: inner,
      names: new Map([...view.names, [name, element], ['index', index]]),
      known: new Map(
        [...view.known].filter(([path]) => ![name, 'index'].includes((JSON.parse(path) as string[])[0] as string)),
      ),
      lines: [],
    };
    const before = this.#scopeUses;
    if (condition !== undefined) body.lines.push(`if (!(${this.#holds(condition, body)})) continue;`);
    const mapped = map === undefined ? element : this.#value(map, body);
    body.lines.push(`${made}.push(${this.#orNull(mapped)});`);
    const needsScope = this.#scopeUses > before;
    view.lines.push(
      `let ${made} = ${value};`,
      `if (${value} !== undefined && ${value} !== null) {`,
      `${made} = [];`,
      `const ${elements} = isArray(${value}) ? ${value} : [${value}];`,
      `const ${inner} = ${needsScope ? `innerScope(${view.scope})` : view.scope};`,
      `for (let ${index} = 0; ${index} < ${elements}.length; ${index}++) {`,
      `const ${element} = ${elements}[${index}];`,
      ...(needsScope ? [`${inner}[${this.#constant(name)}] = ${element};`, `${inner}.index = ${index};`] : []),
      ...body.lines,
      '}',
      '}',
    );
    if (needsScope) this.#scopeUses++;
    return made;
  }

  #holds(condition: unknown, view: View): string {
    this.#scopeUses++;
    return `${this.#constant(condition)}.evaluate(${view.scope}, run) === true`;
  }

  /** Writes a part in a block of its own: what it reads is not known after the block. */
  #assignIn(view: View, variable: string, make: Make): void {
    const value = this.#value(make, { ...view, known: new Map(view.known) });
    view.lines.push(`${variable} = ${value};`);
  }

  #orNull(value: string): string {
    return `${value} === undefined ? null : ${value}`;
  }

  #declare(view: View, value = 'undefined'): string {
    const variable = `v${++this.#variables}`;
    view.lines.push(`let ${variable} = ${value};`);
    return variable;
  }

  #constant(value: unknown): string {
    const known = this.#constants.indexOf(value);
    return `k${known === -1 ? this.#constants.push(value) - 1 : known}`;
  }
}

/** What the code may call. */
export const MAPPING_HELPERS = {
  getPrototypeOf: Object.getPrototypeOf,
  hasOwn: Object.hasOwn,
  innerScope,
  isArray: Array.isArray,
  objectPrototype: Object.prototype,
  textOf,
} as const;

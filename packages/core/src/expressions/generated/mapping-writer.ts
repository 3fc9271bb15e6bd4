import type { CompiledCondition } from '../conditions/compiled-condition';
import { readCondition } from '../conditions/parse-condition';
import type { Make } from '../mappings/make';
import type { Member } from '../mappings/member';
import { planOf, type Plan } from '../mappings/plan';
import type { Reference } from '../references/reference';
import { CodeWriter } from './code-writer';
import { topView, type View } from './view';
import { writeCondition } from './write-condition';

/** How many parts of a mapping become code; the others are called. */
const MOST_PARTS = 500;

/** A template of more references is called: they would be one expression, nested as deep as they are many. */
const MOST_REFERENCES = 64;

type Each = Plan & { readonly kind: 'each' };

/** Writes a mapping as JavaScript: the plans of its parts as code, and calls of the parts that have none. */
export class MappingWriter {
  readonly #code = new CodeWriter();
  #parts = 0;
  /** How often the code so far hands a scope to something that it calls. */
  #scopeUses = 0;

  /** Writes the body of a function of `scope` and `run`. */
  write(make: Make): { readonly source: string; readonly constants: readonly unknown[] } {
    const view = topView();
    const result = this.#value(make, view);
    return { source: `${view.lines.join('\n')}\nreturn ${this.#orNull(result)};`, constants: this.#code.constants };
  }

  /** Writes what a part does and gives the variable or constant that holds its value. */
  #value(make: Make, view: View): string {
    const plan = ++this.#parts > MOST_PARTS ? undefined : planOf(make);
    switch (plan?.kind) {
      case 'reference':
        return this.#code.reference(plan.reference, view);
      case 'constant':
        return this.#code.constant(plan.value);
      case 'template':
        if (plan.references.length > MOST_REFERENCES) return this.#call(make, view);
        return this.#template(plan.heads, plan.references, plan.tail, view);
      case 'list':
        return this.#list(plan.makes, view);
      case 'object':
        return this.#object(plan.members, view);
      case 'if': {
        const result = this.#code.declare(view);
        const holds = this.#holds(plan.condition, view);
        view.lines.push(`if (${holds}) {`);
        this.#assignIn(view, result, plan.then);
        view.lines.push('} else {');
        this.#assignIn(view, result, plan.otherwise);
        view.lines.push('}');
        return result;
      }
      case 'each':
        return this.#each(plan, view);
      case undefined:
        return this.#call(make, view);
    }
  }

  #call(make: Make, view: View): string {
    this.#scopeUses++;
    return this.#code.declare(view, `${this.#code.constant(make)}(${view.scope}, run)`);
  }

  #template(heads: readonly string[], references: readonly Reference[], tail: string, view: View): string {
    const parts = references.map((reference, index) => {
      const value = this.#code.reference(reference, view);
      return `${this.#code.constant(heads[index])} + (typeof ${value} === 'string' ? ${value} : textOf(${value}))`;
    });
    return this.#code.declare(view, [...parts, this.#code.constant(tail)].join(' + '));
  }

  #list(makes: readonly Make[], view: View): string {
    const values = makes.map((make) => this.#orNull(this.#value(make, view)));
    return this.#code.declare(view, `[${values.join(', ')}]`);
  }

  #object(members: readonly Member[], view: View): string {
    const made = this.#code.declare(view, '{}');
    for (const { key, make, rule } of members) {
      const value = this.#value(make, view);
      const assignment = `${made}[${this.#code.constant(key)}] = `;
      if (rule === 'always') view.lines.push(`${assignment}${this.#orNull(value)};`);
      else if (rule === 'unless-missing') view.lines.push(`if (${value} !== undefined) ${assignment}${value};`);
      else view.lines.push(`if (${value} !== undefined && ${value} !== null) ${assignment}${value};`);
    }
    return made;
  }

  #each({ list, name, condition, map }: Each, view: View): string {
    const value = this.#value(list, view);
    const [made, elements, index, element] = [0, 1, 2, 3].map(() => this.#code.variable()) as [
      string,
      string,
      string,
      string,
    ];
    const inner = this.#code.variable();
    const body: View = {
      scope: inner,
      names: new Map([...view.names, [name, element], ['index', index]]),
      known: new Map([...view.known].filter(([path]) => !isOfScope(path, name) && !isOfScope(path, 'index'))),
      lines: [],
    };
    const before = this.#scopeUses;
    if (condition !== undefined) {
      const holds = this.#holds(condition, body);
      body.lines.push(`if (!(${holds})) continue;`);
    }
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
      ...(needsScope ? [`${inner}[${this.#code.constant(name)}] = ${element};`, `${inner}.index = ${index};`] : []),
      ...body.lines,
      '}',
      '}',
    );
    if (needsScope) this.#scopeUses++;
    return made;
  }

  #holds(condition: CompiledCondition, view: View): string {
    this.#scopeUses++;
    const whole = `${this.#code.constant(condition)}.evaluate(${view.scope}, run)`;
    const { tree } = readCondition(condition.text, { scopes: condition.scopes }, '');
    return `${writeCondition(tree, this.#code, view, whole) ?? whole} === true`;
  }

  /** Writes a part in a block of its own: what it reads is not known after the block. */
  #assignIn(view: View, variable: string, make: Make): void {
    const value = this.#value(make, { ...view, known: new Map(view.known) });
    view.lines.push(`${variable} = ${value};`);
  }

  #orNull(value: string): string {
    return `${value} === undefined ? null : ${value}`;
  }
}

/** Whether a path in JSON begins with a scope whose name needs no escapes. */
function isOfScope(path: string, scope: string): boolean {
  return path.startsWith(`["${scope}"`);
}

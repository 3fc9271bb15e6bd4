/** A JSON Schema (draft 7) as an object; `true` and `false` say nothing about secrets. */
export type SchemaNode = Readonly<Record<string, unknown>>;

/** Keywords whose schemas are about the same place. */
const IN_PLACE = ['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else'];
/** Keywords whose schemas are about members, each by the property's name. */
const BY_NAME = ['properties', 'patternProperties'];
/** Keywords whose schemas are about every member that nothing else is about. */
const OTHER_MEMBERS = ['additionalProperties', 'items', 'additionalItems', 'contains'];
/** What stands for a reference that can't be followed. */
const UNKNOWN: SchemaNode = { writeOnly: true };

/** Finds the schemas that are about a place: through references, combinations and conditions, cycles included. */
export class SchemaWalk {
  readonly #root: object;

  constructor(root: object) {
    this.#root = root;
  }

  /** A schema and all that are about the same place. */
  at(...starts: readonly unknown[]): readonly SchemaNode[] {
    return this.#closure(starts, (node) => this.#inPlace(node));
  }

  /** The schemas that are about one member of the place. */
  member(nodes: readonly SchemaNode[], key: string): readonly SchemaNode[] {
    return this.at(...nodes.flatMap((node) => membersNamed(node, key)));
  }

  /** The schemas of a place, and of everything in it. */
  below(nodes: readonly SchemaNode[]): readonly SchemaNode[] {
    return this.#closure(nodes, (node) => [
      ...this.#inPlace(node),
      ...BY_NAME.flatMap((keyword) => valuesOf(node[keyword])),
      ...OTHER_MEMBERS.flatMap((keyword) => listOf(node[keyword])),
      ...listOf(node['propertyNames']),
    ]);
  }

  #inPlace(node: SchemaNode): readonly unknown[] {
    const { $ref, dependencies } = node;
    return [
      ...IN_PLACE.flatMap((keyword) => listOf(node[keyword])),
      ...valuesOf(dependencies),
      ...(typeof $ref === 'string' ? [this.#follow($ref)] : []),
    ];
  }

  #follow(reference: string): unknown {
    if (reference === '#') return this.#root;
    if (!reference.startsWith('#/')) return UNKNOWN;
    let node: unknown = this.#root;
    for (const part of reference.slice(2).split('/')) {
      const key = decoded(part).replaceAll('~1', '/').replaceAll('~0', '~');
      node =
        typeof node === 'object' && node !== null && Object.hasOwn(node, key) ? (node as SchemaNode)[key] : UNKNOWN;
    }
    return node;
  }

  #closure(starts: readonly unknown[], next: (node: SchemaNode) => readonly unknown[]): readonly SchemaNode[] {
    const found = new Set<SchemaNode>();
    const open = [...starts];
    while (open.length > 0) {
      const node = open.pop();
      if (!isNode(node) || found.has(node)) continue;
      found.add(node);
      open.push(...next(node));
    }
    return [...found];
  }
}

function membersNamed(node: SchemaNode, key: string): readonly unknown[] {
  const { properties, patternProperties, items } = node;
  const named = [
    ...(isNode(properties) && Object.hasOwn(properties, key) ? [properties[key]] : []),
    ...(isNode(patternProperties)
      ? Object.entries(patternProperties).flatMap(([pattern, schema]) => (matches(pattern, key) ? [schema] : []))
      : []),
    ...(Array.isArray(items) && Number(key) in items ? [items[Number(key)] as unknown, node['contains']] : []),
  ];
  return named.length > 0 ? named : OTHER_MEMBERS.flatMap((keyword) => listOf(node[keyword]));
}

function matches(pattern: string, key: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(key);
  } catch {
    return true;
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function isNode(value: unknown): value is SchemaNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valuesOf(value: unknown): readonly unknown[] {
  return isNode(value) ? Object.values(value) : [];
}

function listOf(value: unknown): readonly unknown[] {
  return [value].flat();
}

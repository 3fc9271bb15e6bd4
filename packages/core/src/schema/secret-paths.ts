interface SchemaNode {
  readonly writeOnly?: boolean;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode | readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly allOf?: readonly SchemaNode[];
}

/** Whether the place at `pointer`, or one above it, is marked `writeOnly`: a secret, never to be printed. */
export function isSecret(schema: object, pointer: string): boolean {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return reachesSecret(schema, keys);
}

function reachesSecret(node: SchemaNode | boolean | undefined, keys: readonly string[]): boolean {
  if (typeof node !== 'object') return false;
  if (node.writeOnly === true) return true;
  const alternatives = [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])];
  if (alternatives.some((alternative) => reachesSecret(alternative, keys))) return true;
  const [key, ...rest] = keys;
  if (key === undefined) return false;
  if (node.properties !== undefined && Object.hasOwn(node.properties, key)) {
    return reachesSecret(node.properties[key], rest);
  }
  if (Array.isArray(node.items)) return reachesSecret(node.items[Number(key)] as SchemaNode | undefined, rest);
  return reachesSecret(node.items as SchemaNode | undefined, rest) || reachesSecret(node.additionalProperties, rest);
}

import { SchemaWalk, type SchemaNode } from './schema-walk';

/**
 * Whether the place at `pointer` is, lies in, or may hold a secret: something that the schema marks `writeOnly` is
 * reachable at, above or below it. What can't be told, such as a `$ref` that leads elsewhere, counts as a secret.
 */
export function isSecret(schema: object, pointer: string): boolean {
  const walk = new SchemaWalk(schema);
  let nodes = walk.at(schema);
  for (const part of pointer.split('/').slice(1)) {
    if (nodes.some(isMarked)) return true;
    nodes = walk.member(nodes, part.replaceAll('~1', '/').replaceAll('~0', '~'));
  }
  return walk.below(nodes).some(isMarked);
}

function isMarked({ writeOnly }: SchemaNode): boolean {
  return writeOnly === true;
}

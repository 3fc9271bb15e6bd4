import { configurationSchema } from './configuration-schema';

interface SchemaNode {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

/** Where a text of digits, such as a token, must stay one: what belongs there, the destination type says. */
const OF_THE_TYPE = /^\/(resources\/\d+\/credentials|destinations\/\d+\/init)(\/|$)/;

/** Whether nothing but a text belongs at this place of a configuration, or what belongs there can't be told. */
export function takesTextOnly(pointer: string): boolean {
  if (OF_THE_TYPE.test(pointer)) return true;
  let nodes = alternatives(configurationSchema as SchemaNode);
  for (const key of pointer.split('/').slice(1)) {
    nodes = nodes.flatMap(({ properties, items }) => alternatives(properties?.[key] ?? items));
  }
  return nodes.length > 0 && nodes.every(({ type }) => type === 'string');
}

function alternatives(node: SchemaNode | undefined): readonly SchemaNode[] {
  if (node === undefined) return [];
  // A list beside a text is written as a list.
  return (node.anyOf ?? [node]).filter(({ type }) => node.anyOf === undefined || type !== 'array');
}

import { isAlias, isMap, isPair, isScalar, isSeq, type Document, type Node, type Pair, type YAMLMap } from 'yaml';

/** The offset of what a JSON pointer names, or of the nearest thing above it. Follows aliases and merged objects. */
export function offsetOf(document: Document.Parsed, pointer: string): number {
  const resolve = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  for (const key of keysOf(pointer)) {
    node = resolve(node);
    if (isMap(node)) {
      const pair = pairOf(node, key, resolve, 0);
      if (pair === undefined) return offset;
      // A missing value has no place of its own: its key's is the nearest.
      offset = (pair.value as Node | null)?.range?.[0] ?? (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else {
      const element = isSeq(node) ? (node.items[Number(key)] as Node | undefined) : undefined;
      if (element === undefined) return offset;
      offset = element.range?.[0] ?? offset;
      node = element;
    }
  }
  return offset;
}

/** The JSON pointer of a node that was visited by way of `path`. */
export function pointerOf(document: Document.Parsed, path: readonly unknown[], node: unknown): string {
  let pointer = '';
  const chain = [...path, node];
  chain.forEach((member, index) => {
    if (isPair(member)) pointer += `/${isScalar(member.key) ? String(member.key.value) : ''}`;
    const parent = chain[index - 1];
    const items = (parent as { items?: readonly unknown[] } | undefined)?.items;
    if (items !== undefined && !isMap(parent) && parent !== document) pointer += `/${items.indexOf(member)}`;
  });
  return pointer;
}

/** Whether a key is `<<`, which merges other objects in. */
export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && typeof key.value === 'symbol' && key.value.description === '<<';
}

function pairOf(map: YAMLMap, key: string, resolve: (node: unknown) => unknown, depth: number): Pair | undefined {
  const own = map.items.find((item) => isScalar(item.key) && !isMergeKey(item.key) && String(item.key.value) === key);
  // A merge that leads back to itself was told already.
  if (own !== undefined || depth > 20) return own;
  for (const merge of map.items.filter((item) => isMergeKey(item.key))) {
    const source = resolve(merge.value);
    for (const each of isSeq(source) ? source.items : [source]) {
      const merged = resolve(each);
      const pair = isMap(merged) ? pairOf(merged, key, resolve, depth + 1) : undefined;
      if (pair !== undefined) return pair;
    }
  }
  return undefined;
}

function keysOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

import { isCollection, isScalar, visit, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';

/** A part of a text that is replaced. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Where `plugins: [entry]` goes into a configuration that has no such key: behind its version, else at its beginning. */
export function placeOfList(
  root: YAMLMap,
  entry: string,
  isJson: boolean,
  text: string,
): readonly Splice[] | undefined {
  const newline = newlineOf(text);
  const [first] = root.items;
  const version = root.items.find(({ key }) => isScalar(key) && key.value === 'version');
  const start = (first?.key as Node | undefined)?.range?.[0];
  if (start === undefined) return undefined;
  const margin = indentAt(text, start);
  if (isJson) {
    const separator = margin === undefined ? ' ' : `${newline}${margin}`;
    const end = version === undefined ? undefined : endOf(version.value as Node);
    return end === undefined
      ? [insert(start, `"plugins": [${entry}],${separator}`)]
      : [insert(end, `,${separator}"plugins": [${entry}]`)];
  }
  if (margin === undefined) return undefined;
  const list = `plugins:${newline}${margin}  - ${entry}`;
  return version === undefined
    ? [insert(start, `${list}${newline}${margin}`)]
    : [insert(lineEnd(text, endOf(version.value as Node)), `${newline}${margin}${list}`)];
}

/** Where an entry goes into the list of plugins that a pair has: at its end. @param list - absent where it is null */
export function placeInList(
  pair: Pair<Node>,
  list: YAMLSeq | undefined,
  entry: string,
  text: string,
): readonly Splice[] | undefined {
  const newline = newlineOf(text);
  if (list === undefined) {
    const [from, to] = (pair.value as Node | null)?.range ?? [];
    if (from !== undefined && to !== undefined && to > from) return [{ from, to, text: `[${entry}]` }];
    const start = pair.key.range?.[0];
    const margin = start === undefined ? undefined : indentAt(text, start);
    if (start === undefined || margin === undefined) return undefined;
    return [insert(lineEnd(text, endOf(pair.key)), `${newline}${margin}  - ${entry}`)];
  }
  const from = list.range?.[0];
  if (from === undefined) return undefined;
  const last = list.items.at(-1) as Node | null | undefined;
  if (list.flow === true) return placeInFlow(list, last, entry, text);
  const margin = indentAt(text, from);
  if (margin === undefined || last === undefined || last === null) return undefined;
  return [insert(lineEnd(text, endOf(last)), `${newline}${margin}- ${entry}`)];
}

/** `[a, b]`, on one line or on several. */
function placeInFlow(
  list: YAMLSeq,
  last: Node | null | undefined,
  entry: string,
  text: string,
): readonly Splice[] | undefined {
  const [from = 0, to = 0] = list.range ?? [];
  if (last === null) return undefined;
  if (last === undefined) return [insert(from + 1, entry)];
  const end = endOf(last);
  const start = last.range?.[0] ?? end;
  const margin = indentAt(text, start);
  if (margin === undefined) return [insert(end, `, ${entry}`)];
  // On a line of its own: so is what follows it; a comment stays where it is.
  const rest = text.slice(end, to);
  const hasComma = /^\s*,/.test(rest);
  const line = Math.min(lineEnd(text, end), to - 1);
  return [
    ...(hasComma ? [] : [insert(end, ',')]),
    insert(line, `${newlineOf(text)}${margin}${entry}${hasComma ? ',' : ''}`),
  ];
}

/** Where the last thing in a node ends; a block's own end is behind the comments that follow it. */
export function endOf(node: Node): number {
  let end = isCollection(node) && node.flow !== true ? 0 : (node.range?.[1] ?? 0);
  visit(node, {
    Node: (_key, inner) => {
      if (!isCollection(inner) || inner.flow === true) end = Math.max(end, inner.range?.[1] ?? 0);
    },
  });
  return end;
}

export function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** The spaces before an offset where nothing else is before it on its line; undefined where something is. */
function indentAt(text: string, offset: number): string | undefined {
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).replace(/^\uFEFF/, '');
  return /^ *$/.test(before) ? before : undefined;
}

/** Before the line break that ends the line of an offset, or the end of the text. */
function lineEnd(text: string, offset: number): number {
  const found = /\r?\n/.exec(text.slice(offset));
  return found === null ? text.length : offset + found.index;
}

function insert(offset: number, text: string): Splice {
  return { from: offset, to: offset, text };
}

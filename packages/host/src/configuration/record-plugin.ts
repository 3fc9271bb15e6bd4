import { ConfigurationError, readPluginSpecification } from '@dest/core';
import { isMap, isScalar, isSeq, parseDocument, type Document, type Node, type Pair, type YAMLMap } from 'yaml';
import { endOf, newlineOf, placeInList, placeOfList, type Splice } from './yaml-splices';

/** A plugin as a configuration lists it. */
export interface RecordedPlugin {
  readonly package: string;
  readonly range: string;
}

export interface RecordedText {
  readonly text: string;
  /** `none`: it was listed so already. */
  readonly change: 'added' | 'range' | 'none';
}

/**
 * Lists a plugin in the text of a configuration (YAML or JSON), or gives the one that is listed that range. All else stays
 * byte for byte: comments, indentation, quotes, blank lines.
 *
 * @param name - of the configuration, for messages
 * @throws ConfigurationError `CONFIGURATION_NOT_EDITABLE` where the text isn't one that can be edited so
 */
export function recordPlugin(text: string, plugin: RecordedPlugin, name: string): RecordedText {
  const refuse = (): never => {
    throw new ConfigurationError(
      `${name} can't be edited without changing what else is in it. Add it to its plugins by hand: ${entryOf(plugin, false)}`,
      { code: 'CONFIGURATION_NOT_EDITABLE' },
    );
  };
  const document = parse(text);
  const root = document.contents;
  if (document.errors.length > 0 || !isMap(root)) return refuse();
  const before = document.toJS({ maxAliasCount: 100 }) as Readonly<Record<string, unknown>>;
  const splices = splicesFor(root, plugin, text, 'plugins' in before);
  if (splices === undefined) return refuse();
  if (splices.length === 0) return { text, change: 'none' };
  const edited = apply(text, splices);
  const listed = asList(before['plugins']);
  const index = listed.findIndex((entry) => isOf(entry, plugin.package));
  const wanted = index === -1 ? [...listed, plugin] : listed.with(index, withRange(listed[index], plugin));
  const after = parse(edited);
  // Order counts: JSON text compares all of it.
  const isAsWanted =
    after.errors.length === 0 &&
    JSON.stringify(sorted(after.toJS())) === JSON.stringify(sorted({ ...before, plugins: wanted }));
  return isAsWanted ? { text: edited, change: index === -1 ? 'added' : 'range' } : refuse();
}

function parse(text: string): Document.Parsed {
  return parseDocument(text, { merge: true, prettyErrors: false });
}

/** What has to be written where; undefined where it can't be told. */
function splicesFor(
  root: YAMLMap,
  plugin: RecordedPlugin,
  text: string,
  isThere: boolean,
): readonly Splice[] | undefined {
  const isJson = root.flow === true;
  const entry = entryOf(plugin, isJson);
  const pair = root.items.find(({ key }) => isScalar(key) && key.value === 'plugins');
  if (pair === undefined) return isThere ? undefined : placeOfList(root, entry, isJson, text);
  const list = pair.value as Node | null;
  if (list === null || (isScalar(list) && list.value === null))
    return placeInList(pair as Pair<Node>, undefined, entry, text);
  if (!isSeq(list)) return undefined;
  const listed = list.items.find((item) => isOf((item as Node | null)?.toJSON(), plugin.package)) as Node | undefined;
  return listed === undefined
    ? placeInList(pair as Pair<Node>, list, entry, text)
    : rangeSplices(listed, plugin, isJson, text);
}

/** What gives an entry that is there the range. */
function rangeSplices(
  listed: Node,
  plugin: RecordedPlugin,
  isJson: boolean,
  text: string,
): readonly Splice[] | undefined {
  const [from, to] = listed.range ?? [];
  if (from === undefined || to === undefined) return undefined;
  if (isScalar(listed)) {
    // The name keeps what else it says: `acme#contacts`.
    return [{ from, to, text: entryOf({ ...plugin, package: String(listed.value) }, isJson) }];
  }
  if (!isMap(listed)) return undefined;
  const range = listed.items.find(({ key }) => isScalar(key) && key.value === 'range')?.value;
  const written = isJson ? JSON.stringify(plugin.range) : quoted(plugin.range);
  if (isScalar(range) && range.range) {
    return range.value === plugin.range ? [] : [{ from: range.range[0], to: range.range[1], text: written }];
  }
  if (range !== undefined) return undefined;
  const last = listed.items.at(-1)?.value as Node | null | undefined;
  if (last === undefined || last === null) return undefined;
  const end = endOf(last);
  if (listed.flow === true) return [{ from: end, to: end, text: `, ${isJson ? '"range"' : 'range'}: ${written}` }];
  const column = from - (text.lastIndexOf('\n', from - 1) + 1);
  return [{ from: end, to: end, text: `${newlineOf(text)}${' '.repeat(column)}range: ${written}` }];
}

function entryOf(plugin: RecordedPlugin, isJson: boolean): string {
  if (isJson) return `{ "package": ${JSON.stringify(plugin.package)}, "range": ${JSON.stringify(plugin.range)} }`;
  return `{ package: ${quoted(plugin.package)}, range: ${quoted(plugin.range)} }`;
}

/** Without quotes only what YAML certainly takes for a text. */
function quoted(text: string): string {
  const isPlain = /^[\^~]\d[\w.+-]*$|^\d+\.\d+\.\d[\w.+-]*$|^[a-z][a-z0-9]*(-[a-z0-9]+)+$/.test(text);
  return isPlain ? text : `'${text.replaceAll("'", "''")}'`;
}

function isOf(entry: unknown, name: string): boolean {
  const listed = typeof entry === 'string' ? entry : (entry as { readonly package?: unknown } | null)?.package;
  if (typeof listed !== 'string') return false;
  const { kind, target } = readPluginSpecification(listed);
  return kind === 'package' && target === name;
}

function withRange(entry: unknown, { range }: RecordedPlugin): object {
  return typeof entry === 'string' ? { package: entry, range } : { ...(entry as object), range };
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The top level with its keys in order: a list that is new may be anywhere in it. */
function sorted(value: unknown): unknown {
  return Object.entries(value as object).sort(([left], [right]) => (left < right ? -1 : 1));
}

/** From the end to the beginning, so that offsets hold; of two at one place the first comes first. */
function apply(text: string, splices: readonly Splice[]): string {
  return splices
    .toReversed()
    .sort((left, right) => right.from - left.from)
    .reduce((edited, splice) => edited.slice(0, splice.from) + splice.text + edited.slice(splice.to), text);
}

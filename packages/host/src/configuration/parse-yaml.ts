import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit, type Document, type Scalar } from 'yaml';
import type { ConfigurationIssue } from './configuration-issue';
import { describeYamlProblem } from './describe-yaml-problem';
import { substituteEnvironment } from './substitute-environment';
import { takesTextOnly } from './takes-text-only';
import { isMergeKey, offsetOf, pointerOf } from './yaml-places';

/** A YAML text, read. */
export interface ParsedYaml {
  readonly value: unknown;
  readonly issues: readonly ConfigurationIssue[];
  /** The 1-based place of what a JSON pointer names, or of the nearest thing above it. */
  readonly locate: (pointer: string) => { readonly line: number; readonly column: number };
}

/** How often aliases may stand for something, counting those inside of what they stand for. */
const MAX_ALIASES = 100;

/**
 * Reads YAML 1.2 (and so JSON) with merge keys, replaces `${NAME}` in its texts, and keeps the places of everything.
 * Variables are replaced after the reading, so that no message of the reader can hold a value of one.
 *
 * @param environment - what `${NAME}` is looked up in
 */
export function parseYaml(text: string, environment: Readonly<Record<string, string | undefined>>): ParsedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const placeOf = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const issues = [...document.errors, ...document.warnings].map((problem): ConfigurationIssue => {
    const place = placeOf(problem.pos[0]);
    const line = text.split('\n', place.line)[place.line - 1] ?? '';
    const message = describeYamlProblem(problem, line, place.column);
    const severity = problem.name === 'YAMLWarning' ? 'warning' : 'error';
    return { code: 'YAML_INVALID', path: '', message, ...place, severity };
  });
  const locate: ParsedYaml['locate'] = (pointer) => placeOf(offsetOf(document, pointer));
  const add = (code: string, path: string, offset: number, message: string): void => {
    issues.push({ code, path, message, ...placeOf(offset), severity: 'error' });
  };
  if (document.errors.length === 0) checkReferences(document, add);
  if (issues.some(({ severity }) => severity === 'error')) return { value: undefined, issues, locate };
  substituteTexts(document, environment, add);
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }), issues, locate };
  } catch (error) {
    const message =
      error instanceof ReferenceError
        ? `Aliases (*name) stand for something more than ${MAX_ALIASES} times, counting those inside of others. Write some of it out.`
        : `${(error as Error).message}.`;
    add('YAML_INVALID', '', 0, message);
    return { value: undefined, issues, locate };
  }
}

type Add = (code: string, path: string, offset: number, message: string) => void;

/** What the reader would find out only where it no longer knows the place. */
function checkReferences(document: Document.Parsed, add: Add): void {
  visit(document, {
    Alias(_key, node, path) {
      const pointer = pointerOf(document, path, node);
      const offset = node.range?.[0] ?? 0;
      // Its name may be a secret that lacks its quotes.
      if (node.resolve(document) === undefined) {
        const message =
          'There is no anchor above that this alias (*name) stands for. Put a text that begins with * into quotes.';
        add('YAML_INVALID', pointer, offset, message);
      }
    },
    Pair(_key, pair, path) {
      if (!isMergeKey(pair.key)) return;
      const resolve = (node: unknown): unknown => (isAlias(node) ? (node.resolve(document) ?? node) : node);
      const source = resolve(pair.value);
      const offset = (pair.key as Scalar).range?.[0] ?? 0;
      const sources = (isSeq(source) ? source.items : [source]).map(resolve);
      if (sources.some((each) => path.includes(each as never))) {
        add('YAML_INVALID', '', offset, 'This << merges an object into itself. Name another one.');
      } else if (!sources.every((each) => isMap(each) || isAlias(each))) {
        add('YAML_INVALID', '', offset, 'What << merges in should be an object, or a list of objects.');
      }
    },
  });
}

function substituteTexts(
  document: Document.Parsed,
  environment: Readonly<Record<string, string | undefined>>,
  add: Add,
): void {
  visit(document, {
    Scalar(key, node, path) {
      if (typeof node.value !== 'string' || key === 'key' || !node.value.includes('${')) return;
      const { text, missing, malformed, whole } = substituteEnvironment(node.value, environment);
      const pointer = pointerOf(document, path, node);
      const offset = node.range?.[0] ?? 0;
      if (malformed) {
        const message =
          'A ${ begins a variable, and what follows is none. Write ${NAME} or ${NAME:-default} (names have letters, digits ' +
          'and _; a default has no ${ and no }), or $${ where a plain ${ is meant.';
        add('ENVIRONMENT_SYNTAX', pointer, offset, message);
      }
      for (const name of missing) {
        const message = `\${${name}}: the environment variable ${name} is not set. Set it, or give a default: \${${name}:-default}.`;
        add('ENVIRONMENT_VARIABLE_MISSING', pointer, offset, message);
      }
      const plain = whole && node.type === 'PLAIN' && node.tag === undefined;
      node.value = plain && missing.size === 0 && !takesTextOnly(pointer) ? readPlain(text) : text;
    },
  });
}

/** A number or a boolean where the text is one in YAML; else the text. */
function readPlain(text: string): unknown {
  const { contents, errors } = parseDocument(text);
  if (errors.length > 0 || !isScalar(contents) || contents.type !== 'PLAIN') return text;
  return typeof contents.value === 'number' || typeof contents.value === 'boolean' ? contents.value : text;
}

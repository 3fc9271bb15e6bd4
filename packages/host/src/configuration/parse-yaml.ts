import { explainYamlSlip } from '@dest/core';
import { isAlias, isMap, isPair, isScalar, LineCounter, parseDocument, visit, type Document, type Node } from 'yaml';
import type { ConfigurationIssue } from './configuration-issue';
import { substituteEnvironment } from './substitute-environment';

/** A YAML text, read. */
export interface ParsedYaml {
  readonly value: unknown;
  readonly issues: readonly ConfigurationIssue[];
  /** The 1-based place of what a JSON pointer names, or of the nearest thing above it. */
  readonly locate: (pointer: string) => { readonly line: number; readonly column: number };
}

/**
 * Reads YAML 1.2 (and so JSON), replaces `${NAME}` in its texts, and keeps the places of everything.
 *
 * @param environment - what `${NAME}` is looked up in
 */
export function parseYaml(text: string, environment: Readonly<Record<string, string | undefined>>): ParsedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeOf = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const issues = [...document.errors, ...document.warnings].map((problem): ConfigurationIssue => {
    const place = placeOf(problem.pos[0]);
    const line = text.split('\n', place.line)[place.line - 1] ?? '';
    const slip = explainYamlSlip(line) ?? explainYamlSlip(line.slice(place.column - 1));
    return {
      code: 'YAML_INVALID',
      path: '',
      message: slip === undefined ? `${problem.message}.` : `${problem.message}. ${slip}`,
      ...place,
      severity: problem.name === 'YAMLWarning' ? 'warning' : 'error',
    };
  });
  const locate: ParsedYaml['locate'] = (pointer) => placeOf(offsetOf(document, pointer));
  if (document.errors.length > 0) return { value: undefined, issues, locate };

  visit(document, {
    Scalar(key, node, path) {
      if (typeof node.value !== 'string' || key === 'key') return;
      const substituted = substituteEnvironment(node.value, environment);
      for (const name of substituted.missing) {
        issues.push({
          code: 'ENVIRONMENT_VARIABLE_MISSING',
          path: pointerOf(document, path, node),
          message: `\${${name}}: the environment variable ${name} is not set. Set it, or give a default: \${${name}:-default}.`,
          ...placeOf(node.range?.[0] ?? 0),
          severity: 'error',
        });
      }
      node.value = substituted.text;
    },
  });
  try {
    return { value: document.toJS({ maxAliasCount: 100 }), issues, locate };
  } catch (error) {
    issues.push({
      code: 'YAML_INVALID',
      path: '',
      message: (error as Error).message,
      ...placeOf(0),
      severity: 'error',
    });
    return { value: undefined, issues, locate };
  }
}

function keysOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function offsetOf(document: Document.Parsed, pointer: string): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  for (const key of keysOf(pointer)) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
      if (pair === undefined) return offset;
      // A missing value has no place of its own: its key's is the nearest.
      offset = (pair.value as Node | null)?.range?.[0] ?? (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else {
      const element = (node as { items?: readonly Node[] } | null)?.items?.[Number(key)];
      if (element === undefined) return offset;
      offset = element.range?.[0] ?? offset;
      node = element;
    }
  }
  return offset;
}

function pointerOf(document: Document.Parsed, path: readonly unknown[], node: unknown): string {
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

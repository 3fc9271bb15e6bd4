import { explainYamlSlip } from '@dest/core';
import type { YAMLError } from 'yaml';

/** In our own words where the reader's don't say what to do, or quote what may be a secret that lacks its quotes. */
const MESSAGES: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  BAD_ALIAS: 'A text that begins with * or & needs quotes in YAML: unquoted they are an alias and an anchor',
  BAD_DQ_ESCAPE:
    'A backslash in "…" begins an escape, and this is none that YAML knows. Write \\\\ for a backslash, or use single quotes',
  BAD_INDENT:
    'The indentation fits nothing above: the keys of one object, and the dashes of one list, begin in the same column, and what is inside of { } or [ ] is further in',
  BAD_SCALAR_START: 'A text that begins with this character needs quotes in YAML',
  BLOCK_AS_IMPLICIT_KEY: 'An object or a list begins where a single value is expected. Begin it on a line of its own',
  DUPLICATE_KEY: 'The key is there already in this object. Keep one of them',
  MULTILINE_IMPLICIT_KEY:
    'A key and its colon should be on one line. Perhaps a colon is missing here, or a quote above',
  MULTIPLE_DOCS: 'A second document begins here, after ---. Keep one document in the file',
  TAB_AS_INDENT: 'The line is indented with a tab. YAML takes spaces only',
  TAG_RESOLVE_FAILED:
    'A text that begins with ! needs quotes in YAML: unquoted it is a tag, and YAML knows none of this name',
};

/**
 * What is wrong with a YAML text, and what to do about it.
 *
 * @param line - the line that the problem is in
 * @param column - 1-based, in that line
 */
export function describeYamlProblem(problem: YAMLError, line: string, column: number): string {
  if (isBareVariable(line, column)) {
    return 'Inside of { } or [ ] a text with a variable needs quotes: "${NAME}".';
  }
  const slip = explainYamlSlip(line) ?? explainYamlSlip(line.slice(column - 1));
  const message = MESSAGES[problem.code] ?? problem.message;
  return slip === undefined ? `${message}.` : `${message}. ${slip}`;
}

/** YAML takes the brace of `${NAME}` for the beginning of an object. */
function isBareVariable(line: string, column: number): boolean {
  return line.startsWith('${', column - 2) || line.startsWith('${', column - 1);
}

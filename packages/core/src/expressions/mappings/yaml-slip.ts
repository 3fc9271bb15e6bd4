const MANGLED_TEMPLATE = /^\{ (?:\? )?.*\}$/s;

/**
 * Recognises a key that a YAML reader made out of unquoted `{{…}}`, which YAML reads as an object inside an object.
 * @returns what was probably written, or undefined for an ordinary key
 */
export function templateBehindKey(key: string): string | undefined {
  if (key === '[object Object]') return '{{…}}';
  if (!MANGLED_TEMPLATE.test(key)) return undefined;
  return `{{${key.replace(/^[{?\s]+|[}\s]+$/g, '')}}}`;
}

/**
 * For readers of YAML that meet a syntax error: the reason where the line has a mapping's text without quotes.
 * @param line - the line of the file that the error points to
 * @returns a sentence that says what to write, or undefined where the line has no such slip
 */
export function explainYamlSlip(line: string): string | undefined {
  const value = line.replace(/^\s*(?:- )*(?:[^'"`{]*?: )?\s*/, '');
  if (value.startsWith('`')) return 'A text that begins with a backtick needs quotes in YAML: write "`…`" in quotes.';
  if (value.startsWith('{{')) return 'A text that begins with {{ needs quotes in YAML: write "{{…}}" in quotes.';
  return undefined;
}

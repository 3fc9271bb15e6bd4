const MANGLED_TEMPLATE = /^\{ (?:\? )?.*\}$/s;
const OPENING = /^[{?\s]+/;
const CLOSING = /[}\s]/;
/** What YAML made out of a path that ends in a bracket: the key of an object whose value is a list. */
const MANGLED_BRACKET = /^([^:\s]+): \[ (.*) \]$/s;

/**
 * Recognises a key that a YAML reader made out of unquoted `{{…}}`, which YAML reads as an object inside an object.
 * @returns what was probably written, or undefined for an ordinary key
 */
export function templateBehindKey(key: string): string | undefined {
  if (key === '[object Object]') return '{{…}}';
  if (!MANGLED_TEMPLATE.test(key)) return undefined;
  let end = key.length;
  while (CLOSING.test(key.charAt(end - 1))) end--;
  return `{{${key.slice(0, end).replace(OPENING, '').replace(MANGLED_BRACKET, '$1[$2]')}}}`;
}

/** A text in the quotes that it needs in YAML. */
export function quotedForYaml(text: string): string {
  return text.includes('"') ? `'${text.replaceAll("'", "''")}'` : `"${text}"`;
}

/**
 * For readers of YAML that meet a syntax error: the reason where the line has a mapping's text without quotes.
 * @param line - the line of the file that the error points to
 * @returns a sentence that says what to write, or undefined where the line has no such slip
 */
export function explainYamlSlip(line: string): string | undefined {
  const value = line.replace(/^\s*(?:- )*(?:[^'"`{]*?: )?\s*/, '');
  if (value.startsWith('`')) return 'A text that begins with a backtick needs quotes in YAML: write "`…`" in quotes.';
  if (!value.startsWith('{{')) return undefined;
  const example = value.includes('"') ? "'{{…}}' in single quotes" : '"{{…}}" in quotes';
  return `A text that begins with {{ needs quotes in YAML: write ${example}.`;
}

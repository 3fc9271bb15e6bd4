/** A text with its variables replaced. */
export interface Substituted {
  readonly text: string;
  /** The names of those that are not set. */
  readonly missing: ReadonlySet<string>;
  /** Whether there is a `${` that begins no variable; nothing is replaced then. */
  readonly malformed: boolean;
  /** Whether the text is one variable and nothing else. */
  readonly whole: boolean;
}

const ESCAPE = '\\$\\$\\{';
const VARIABLE = '\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-((?:(?!\\$\\{)[^}])*))?\\}';
const ANY = new RegExp(`${ESCAPE}|${VARIABLE}|\\$\\{`, 'g');
const WHOLE = new RegExp(`^${VARIABLE}$`);

/**
 * Replaces `${NAME}` by the variable's value, and `${NAME:-default}` by the default where the variable is unset or empty.
 * `$${` is a literal `${`. What comes in is not searched again.
 */
export function substituteEnvironment(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): Substituted {
  const missing = new Set<string>();
  let malformed = false;
  const replaced = text.replace(ANY, (found, name: string | undefined, fallback: string | undefined) => {
    if (found === '$${') return '${';
    if (name === undefined) {
      malformed = true;
      return found;
    }
    // What every object inherits is no variable.
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (fallback !== undefined) return value === undefined || value === '' ? fallback : value;
    if (value === undefined) missing.add(name);
    return value ?? found;
  });
  if (malformed) return { text, missing: new Set(), malformed, whole: false };
  return { text: replaced, missing, malformed, whole: WHOLE.test(text) };
}

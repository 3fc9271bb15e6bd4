/** A text with its variables replaced, and the names of those that are not set. */
export interface Substituted {
  readonly text: string;
  readonly missing: readonly string[];
}

/**
 * Replaces `${NAME}` by the variable's value, and `${NAME:-default}` by the default where the variable is unset or empty.
 * `$${` is a literal `${`. What comes in is not searched again.
 */
export function substituteEnvironment(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): Substituted {
  if (!text.includes('${')) return { text, missing: [] };
  const missing: string[] = [];
  const replaced = text.replace(
    /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g,
    (whole, name: string | undefined, fallback: string | undefined) => {
      if (name === undefined) return '${';
      const value = environment[name];
      if (fallback !== undefined) return value === undefined || value === '' ? fallback : value;
      if (value === undefined) missing.push(name);
      return value ?? whole;
    },
  );
  return { text: replaced, missing };
}

import { nearest } from '../../schema/nearest';

/** The sentence for a reference whose scope doesn't exist, with the scope that was probably meant. */
export function unknownScope(scope: string, scopes: readonly string[]): string {
  const meant = nearest(scope, scopes);
  const suggestion = meant === undefined ? '' : ` Did you mean \`${meant}@\`?`;
  return `\`${scope}\` is no scope; known are ${scopes.map((name) => `${name}@`).join(', ')}.${suggestion}`;
}

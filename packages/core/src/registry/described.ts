/** What was found instead of what was expected, for messages. Looks at no property, since the value may be anybody's. */
export function described(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}…` : value);
    case 'object':
      return value === null ? 'null' : 'an object';
    case 'symbol':
    case 'function':
      return `a ${typeof value}`;
    default:
      return String(value);
  }
}

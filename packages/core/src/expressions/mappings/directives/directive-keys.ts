/** The keys of an object with one `$` at their start; where there are any, it is a directive. */
export function directiveKeys(value: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(value).filter((key) => key.startsWith('$') && !key.startsWith('$$'));
}

/** Whether an object is a directive. */
export function isDirective(value: Readonly<Record<string, unknown>>): boolean {
  return directiveKeys(value).length > 0;
}

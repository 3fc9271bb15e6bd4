/** One place where two values differ. */
export interface Difference {
  /** Dotted path, empty for the whole. */
  readonly path: string;
  readonly kind: 'missing' | 'unexpected' | 'different';
  readonly expected?: unknown;
  readonly actual?: unknown;
}

/**
 * Where a value is not as expected. Pure.
 *
 * @param exact - false: objects may have more keys than expected; lists are compared whole either way
 */
export function differences(expected: unknown, actual: unknown, exact: boolean, path = ''): readonly Difference[] {
  if (isObject(expected) && isObject(actual)) {
    const found = Object.keys(expected).flatMap((key) => {
      const at = path === '' ? key : `${path}.${key}`;
      if (Object.hasOwn(actual, key)) return differences(expected[key], actual[key], exact, at);
      return [{ path: at, kind: 'missing' as const, expected: expected[key] }];
    });
    const more = exact ? Object.keys(actual).filter((key) => !Object.hasOwn(expected, key)) : [];
    const unexpected = more.map((key) => ({
      path: path === '' ? key : `${path}.${key}`,
      kind: 'unexpected' as const,
      actual: actual[key],
    }));
    return [...found, ...unexpected];
  }
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return expected.flatMap((element, index) => differences(element, actual[index], exact, `${path}[${index}]`));
  }
  return Object.is(expected, actual) ? [] : [{ path, kind: 'different', expected, actual }];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

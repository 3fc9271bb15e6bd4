/** Whether a value is as it should be. */
export type Test = (value: unknown) => boolean;

export const isText: Test = (value) => typeof value === 'string';
export const isNumber: Test = (value) => typeof value === 'number';
export const isObject: Test = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list of which each member passes. */
export function listOf(test: Test): Test {
  return (value) => Array.isArray(value) && value.every(test);
}

/** An object of which these members pass; what else it has doesn't matter. */
export function objectWith(members: Readonly<Record<string, Test>>): Test {
  const tests = Object.entries(members);
  return (value) => isObject(value) && tests.every(([name, test]) => test((value as Record<string, unknown>)[name]));
}

/** What written code may use beside its constants. */
const LANGUAGE = {
  getPrototypeOf: Object.getPrototypeOf,
  hasOwn: Object.hasOwn,
  isArray: Array.isArray,
  objectPrototype: Object.prototype,
} as const;

/**
 * Makes a function out of written code. Every function that is made here is one of its own, whose every place the engine
 * learns apart; that is what makes it faster than functions that many expressions share.
 *
 * @param parameters - the names of the function's parameters
 * @param constants - the values of `k0`, `k1` and so on
 * @param helpers - further values by the names that the code has for them
 * @returns undefined where code may not be made out of strings
 */
export function makeFunction(
  parameters: string,
  body: string,
  constants: readonly unknown[],
  helpers: Readonly<Record<string, unknown>> = {},
): unknown {
  const given = {
    ...LANGUAGE,
    ...helpers,
    ...Object.fromEntries(constants.map((value, index) => [`k${index}`, value])),
  };
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- fixed pieces and numbers only, see CodeWriter
    const factory = new Function(...Object.keys(given), `'use strict';\nreturn (${parameters}) => {\n${body}\n};`) as (
      ...values: unknown[]
    ) => unknown;
    return factory(...Object.values(given));
  } catch {
    return undefined;
  }
}

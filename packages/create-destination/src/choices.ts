/** What the package is written in; the first is the default. */
export const LANGUAGES = ['typescript', 'javascript'] as const;

/** Under which licence it is; the first is the default. `UNLICENSED`: nobody else may use it, there is no LICENSE, and it is not public. */
export const LICENSES = ['MIT', 'Apache-2.0', 'UNLICENSED'] as const;

export type Language = (typeof LANGUAGES)[number];
export type License = (typeof LICENSES)[number];

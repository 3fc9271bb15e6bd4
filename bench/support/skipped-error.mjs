/** A row can't be measured here, and needn't be; its message says why. Nothing is wrong. */
export class SkippedError extends Error {}

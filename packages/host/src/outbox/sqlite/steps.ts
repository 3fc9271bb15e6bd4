/**
 * Work that is done bit by bit, so that live traffic goes on in between. Each step is a transaction of its own, but for one
 * that was asked for by `outside`.
 */
export type Steps<Result> = Generator<'inside' | 'outside', Result, void>;

/** How many rows a step changes. */
export const STEP_ROWS = 500;

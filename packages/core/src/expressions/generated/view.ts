/** What the code that is being written can see at a place. */
export interface View {
  /** The variable that holds the scope. */
  readonly scope: string;
  /** The variables of scopes that are held apart: the element and the index inside `$each`. */
  readonly names: ReadonlyMap<string, string>;
  /** What was read before and still holds: variables by path. */
  readonly known: Map<string, string>;
  readonly lines: string[];
}

/** The view at the beginning of a function of `scope`. */
export function topView(): View {
  return { scope: 'scope', names: new Map(), known: new Map(), lines: [] };
}

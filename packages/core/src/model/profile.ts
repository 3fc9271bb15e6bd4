/**
 * What is known of one person. An open object: fields that are not named here are kept.
 */
export interface Profile {
  readonly id?: string;
  readonly traits?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Set by the system that stores profiles: whether this envelope created or changed the profile. */
  readonly operation?: { readonly new?: boolean; readonly update?: boolean; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

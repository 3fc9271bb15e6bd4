/**
 * One visit of one person. An open object: fields that are not named here are kept.
 */
export interface Session {
  readonly id?: string;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

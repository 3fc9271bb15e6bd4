/** When a file is put aside, and how many older ones stay. */
export interface Rotation {
  /** Bytes that a file may hold. One record that alone is larger goes in whole. */
  readonly maxBytes: number;
  readonly keep: number;
}

/** What `dest run --acks` prints of a line: it is on disk, or it never will be. */
export type Acknowledgement =
  | {
      readonly line: number;
      readonly id: string;
      readonly duplicate: boolean;
      /** Destinations whose lane was full: they don't get it. Absent where there are none. */
      readonly refused?: readonly string[];
    }
  | { readonly line: number; readonly error: { readonly code: string; readonly message: string } };

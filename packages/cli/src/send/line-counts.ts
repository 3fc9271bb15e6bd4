/** What became of the lines so far. */
export class LineCounts {
  /** Bytes of the input. */
  bytes = 0;
  /** Lines that are not blank. */
  read = 0;
  accepted = 0;
  duplicates = 0;
}

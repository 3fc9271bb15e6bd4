/** What became of the lines so far. */
export class IntakeCounts {
  /** Bytes of the input. */
  bytes = 0;
  /** Lines that are not blank. */
  read = 0;
  accepted = 0;
  duplicates = 0;
  bad = 0;
  /** Read, and not taken since the host ended. */
  notTaken = 0;
  /** The first of those. */
  firstNotTaken: number | undefined;
  /** Copies that a full lane refused, by destination. */
  readonly refused = new Map<string, number>();

  refuse(destination: string): void {
    this.refused.set(destination, (this.refused.get(destination) ?? 0) + 1);
  }

  leave(line: number): void {
    this.read++;
    this.notTaken++;
    this.firstNotTaken = Math.min(this.firstNotTaken ?? line, line);
  }
}

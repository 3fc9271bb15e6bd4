/** A point in time, as the functions of expressions give it. It has no zone. */
export class Instant {
  /** Milliseconds since the epoch, with a fraction where the text had one. */
  readonly time: number;

  constructor(time: number) {
    this.time = time;
  }

  toJSON(): string {
    return new Date(this.time).toISOString();
  }
}

/** The instant at a time in milliseconds; undefined beyond what a date can be (ECMA-262: 100 million days around 1970). */
export function instantAt(time: number): Instant | undefined {
  return Math.abs(time) <= 8.64e15 ? new Instant(time) : undefined;
}

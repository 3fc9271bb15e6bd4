/**
 * Keeps the numbers that Pulsar gives to one producer's messages the same when they are sent once more. Pulsar counts
 * what comes over one connection by itself, up from where the connection asks it to; so a new connection has to ask for
 * the number after which nothing was acknowledged. That holds as long as all that was sent is sent again, in order; where
 * it isn't, numbers that nobody used come next: a repeat is stored twice rather than a message taken for a repeat.
 */
export class SequenceNumbers {
  /** The one before the connection's first. */
  #before = -1;
  #sent = 0;
  #acknowledged = 0;
  #highest = -1;
  #certain = true;

  /** A message was put on the wire. */
  sent(): void {
    this.#sent += 1;
    this.#highest = Math.max(this.#highest, this.#before + this.#sent);
  }

  acknowledged(): void {
    this.#acknowledged += 1;
  }

  /** What was sent and not acknowledged won't all be sent again, or it isn't known which number it had. */
  doubt(): void {
    this.#certain = false;
  }

  /** The number before the first one of the next connection, over which everything unacknowledged is sent again. */
  next(): number {
    this.#before = this.#certain ? this.#before + this.#acknowledged : this.#highest;
    this.#sent = 0;
    this.#acknowledged = 0;
    this.#certain = true;
    return this.#before;
  }
}

import type { Backoff } from '../sending/backoff';
import { Gate } from './gate';

/** Holds back messages that destinations without room have refused: a gate for each of those. */
export class FullLanes {
  readonly #backoff: Backoff;
  readonly #gates = new Map<string, Gate>();
  #isOver = false;

  constructor(backoff: Backoff) {
    this.#backoff = backoff;
  }

  /** As of the gate of a destination. */
  pass(destination: string, isWanted: () => boolean): Promise<boolean> {
    return this.#of(destination).pass(isWanted);
  }

  /** The destination has taken what it had refused. */
  worked(destination: string): void {
    this.#of(destination).worked();
  }

  /** The destination has refused a message, or it was not found out whether it still does. */
  failed(destination: string): void {
    this.#of(destination).failed();
  }

  /** Lets go of what is no longer wanted. */
  sweep(): void {
    for (const gate of this.#gates.values()) gate.sweep();
  }

  /** Lets everything go. */
  end(): void {
    this.#isOver = true;
    for (const gate of this.#gates.values()) gate.end();
  }

  #of(destination: string): Gate {
    let gate = this.#gates.get(destination);
    if (gate === undefined) {
      gate = new Gate(this.#backoff);
      if (this.#isOver) gate.end();
      this.#gates.set(destination, gate);
    }
    return gate;
  }
}

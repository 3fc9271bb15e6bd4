/**
 * Who is being forgotten: known to all that makes a dead letter of a delivery, or the other way round, while the search for
 * both goes on between the groups; what is theirs goes then instead of ending up where the search was already.
 */
export class Forgetting {
  readonly #envelopes: ReadonlySet<number>;
  readonly #deliveries = new Map<string, string>();
  readonly #letters = new Set<number>();

  /** @param envelopes - those of the person */
  constructor(envelopes: ReadonlySet<number>) {
    this.#envelopes = envelopes;
  }

  /** The deliveries that went. */
  get deliveries(): readonly { readonly id: string; readonly destination: string }[] {
    return Array.from(this.#deliveries, ([id, destination]) => ({ id, destination }));
  }

  /** How many dead letters went. */
  get deadLetters(): number {
    return this.#letters.size;
  }

  isAbout(envelope: number): boolean {
    return this.#envelopes.has(envelope);
  }

  /** Notes that a delivery went; twice, where a transaction was done again. */
  tookDelivery(id: number, destination: string): void {
    this.#deliveries.set(String(id), destination);
  }

  tookLetter(id: number): void {
    this.#letters.add(id);
  }
}

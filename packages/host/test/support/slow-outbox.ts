import type { Outbox, ReadOptions, Settlement, StoredDelivery } from '@dest/core';
import { storedDelivery } from './stored-delivery';

/** The reading side of an outbox that says what it held when it was asked, and says it when it is told to. */
export class SlowOutbox {
  /** By id. */
  readonly rows = new Map<string, StoredDelivery>();
  /** How often it was asked for retries. */
  retryReads = 0;
  readonly #answers: (() => void)[] = [];

  get outbox(): Outbox {
    return this as unknown as Outbox;
  }

  add(given: Parameters<typeof storedDelivery>[0]): StoredDelivery {
    const row = storedDelivery(given);
    this.rows.set(row.id, row);
    return row;
  }

  read(_lane: unknown, { after, limit, which }: ReadOptions): Promise<readonly StoredDelivery[]> {
    const wanted = [...this.rows.values()].filter(({ sequence, dueAt }) => {
      return sequence > after && (which === 'all' || dueAt === 0);
    });
    return this.#later(wanted.toSorted((left, right) => left.sequence - right.sequence).slice(0, limit));
  }

  readRetries(_lane: unknown, limit: number): Promise<readonly StoredDelivery[]> {
    this.retryReads++;
    const wanted = [...this.rows.values()].filter(({ dueAt }) => dueAt !== 0);
    const byDueTime = wanted.toSorted((left, right) => left.dueAt - right.dueAt || left.sequence - right.sequence);
    return this.#later(byDueTime.slice(0, limit));
  }

  readReplays(_lane: unknown, limit: number): Promise<readonly StoredDelivery[]> {
    return this.#later([...this.rows.values()].slice(0, limit));
  }

  /** Notes what became of tries, at once. */
  note(settlements: readonly Settlement[]): void {
    for (const { delivery, outcome, settledAt } of settlements) {
      const row = this.rows.get(delivery.id);
      if (row?.envelope !== delivery.envelope) continue;
      if (outcome.status !== 'retry') this.rows.delete(row.id);
      else {
        const { attempts, dueAt } = outcome;
        this.rows.set(row.id, { ...row, tries: delivery.tries, attempts, dueAt, scheduledAt: settledAt });
      }
    }
  }

  /** Answers whatever is asked, until something is over. */
  async answerUntil(end: Promise<unknown>): Promise<void> {
    let isOver = false;
    void end.then(() => (isOver = true));
    while (!isOver) {
      this.answer();
      await Promise.resolve();
    }
  }

  /** Answers the first that was asked. */
  answer(): void {
    this.#answers.shift()?.();
  }

  #later(answer: readonly StoredDelivery[]): Promise<readonly StoredDelivery[]> {
    return new Promise((resolve) => this.#answers.push(() => resolve(answer)));
  }
}

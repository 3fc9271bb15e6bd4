import type { DurableOutboxKit, OutboxKit } from './outbox-kit';

/** One thing that every outbox does, as a test of any implementation. */
export type OutboxCase =
  | {
      /** A sentence. */
      readonly name: string;
      readonly needs?: never;
      /** Rejects, with a sentence about what differs, where the implementation does not do it. */
      run(kit: OutboxKit): Promise<void>;
    }
  | {
      readonly name: string;
      /** `durable`: only for implementations whose kit has `reopen`. */
      readonly needs: 'durable';
      run(kit: DurableOutboxKit): Promise<void>;
    };

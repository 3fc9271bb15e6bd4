import type { ItemResult } from '@dest/core';
import type { Sendable } from '../message/sendable';
import type { SendContext } from './send-items';

/** Sends each item to the topic it belongs to. */
export interface MessageSender {
  /** One result per item, in order. */
  send(items: readonly Sendable[], context: SendContext): Promise<readonly ItemResult[]>;
  /** Gives back what it shares with others. */
  close(): Promise<void>;
}

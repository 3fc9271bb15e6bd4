import type { ItemResult } from '@dest/core';
import type { MakeMessage } from '../message/compile-message';
import type { Sendable } from '../message/sendable';
import type { PulsarMessage, PulsarProducer } from '../transport/pulsar-transport';
import { SendFailure } from './send-outcome';

/** What comes with one call, whatever its topic. */
export interface SendContext {
  readonly signal: AbortSignal;
  now(): number;
}

/** Sends items to one topic, in order and without waiting for each. One result per item, in order. */
export async function sendItems(
  producer: PulsarProducer,
  items: readonly Sendable[],
  make: MakeMessage,
  { signal, now }: SendContext,
): Promise<readonly ItemResult[]> {
  const time = now();
  const results = new Array<ItemResult>(items.length);
  const messages: PulsarMessage[] = [];
  const positions: number[] = [];
  for (const [position, item] of items.entries()) {
    try {
      messages.push(make(item, time));
      positions.push(position);
    } catch (error) {
      results[position] = failed(error);
    }
  }
  const outcomes = await producer.sendAll(messages, signal);
  for (const [index, outcome] of outcomes.entries()) {
    results[positions[index] as number] = outcome instanceof SendFailure ? failed(outcome.error) : DELIVERED;
  }
  return results;
}

const DELIVERED: ItemResult = { ok: true };

export function failed(error: unknown): ItemResult {
  return { ok: false, error };
}

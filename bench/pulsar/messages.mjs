// What is sent where no outbox is measured: texts of 1 KiB, as the host has them when it calls a destination.
import { makeEnvelope } from '../support/envelopes.mjs';

/** How many there are; they are sent over and over. */
export const MESSAGES = 10_000;

/** Message of a number: its text, its key, and what makes its repeats known. */
export function makeMessage(number) {
  const envelope = makeEnvelope(number);
  return {
    text: JSON.stringify(envelope),
    key: envelope.profile.id,
    idempotencyKey: `${envelope.id}:orders`,
    envelope,
  };
}

export function makeMessages() {
  return Array.from({ length: MESSAGES }, (_, number) => makeMessage(number));
}

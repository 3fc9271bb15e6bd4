import { PermanentError, TransientError, type DestError } from '@dest/core';
import { brokerState } from '../failures/broker-state';
import { topicError } from '../failures/topic-error';
import type { Answer } from './answer';

/** The broker's producer is gone although the connection is there: only a new connection helps. */
const PRODUCER_GONE = /AlreadyClosed|Fenced|NotConnected/;

const TOO_LARGE = /MessageTooBig|Message size is bigger|exceeds? the max/i;

/** What a `send-error` means for the message it answers. */
export function sendError(where: string, { result, errorMsg }: Answer): DestError {
  const words = shortened(errorMsg ?? 'no reason given');
  const aboutTopic = topicError(where, words, `Pulsar said: ${words}`);
  if (aboutTopic !== undefined) return aboutTopic;
  if (TOO_LARGE.test(words)) {
    return new PermanentError(`${where} can't take this message: it is too large (${result}): ${words}`, {
      code: 'PULSAR_MESSAGE_TOO_LARGE',
    });
  }
  if (result === 'send-error:7' || result === 'send-error:3' || /InvalidMessage/.test(words)) {
    return new PermanentError(`${where} refused the message (${result}): ${words}`, { code: 'PULSAR_MESSAGE_REFUSED' });
  }
  const state = brokerState(words);
  return new TransientError(`${where} could not store the message (${result}): ${words}`, {
    code: state ?? 'PULSAR_SEND_FAILED',
    scope: state === undefined ? 'item' : 'destination',
  });
}

/** Whether the connection is of no use any more. */
export function isProducerGone({ errorMsg }: Answer): boolean {
  return errorMsg !== undefined && PRODUCER_GONE.test(errorMsg);
}

function shortened(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}

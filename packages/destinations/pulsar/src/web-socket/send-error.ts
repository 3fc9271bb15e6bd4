import { ConfigurationError, PermanentError, TransientError, type DestError } from '@dest/core';
import type { Answer } from './answer';

/** States of the cluster, as Pulsar names them in an error's text: nothing is wrong with the message. */
const CLUSTER_STATES =
  /Timeout|QueueIsFull|QuotaExceeded|NotConnected|AlreadyClosed|Fenced|ServiceNotReady|TooManyRequests|Persistence|Metadata|Connect/i;

/** The broker's producer is gone although the connection is there: only a new connection helps. */
const PRODUCER_GONE = /AlreadyClosed|Fenced|NotConnected/;

/** What a `send-error` means for the message it answers. */
export function sendError(where: string, { result, errorMsg }: Answer): DestError {
  const words = shortened(errorMsg ?? 'no reason given');
  if (/TopicTerminated/.test(words)) {
    return new ConfigurationError(
      `${where} is terminated and takes no more messages. Choose another topic. Pulsar said: ${words}`,
      {
        code: 'PULSAR_TOPIC_TERMINATED',
      },
    );
  }
  if (result === 'send-error:7' || result === 'send-error:3' || /InvalidMessage/.test(words)) {
    return new PermanentError(`${where} refused the message (${result}): ${words}`, { code: 'PULSAR_MESSAGE_REFUSED' });
  }
  return new TransientError(`${where} could not store the message (${result}): ${words}`, {
    code: 'PULSAR_SEND_FAILED',
    scope: CLUSTER_STATES.test(words) ? 'destination' : 'item',
  });
}

/** Whether the connection is of no use any more. */
export function isProducerGone({ errorMsg }: Answer): boolean {
  return errorMsg !== undefined && PRODUCER_GONE.test(errorMsg);
}

function shortened(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}

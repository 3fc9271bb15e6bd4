import { isUtf8 } from 'node:buffer';

/** What Pulsar answers to a message. */
export interface Answer {
  /** `ok`, or `send-error:<number>`. The answer's `errorCode` says nothing: it is 0 for some errors too. */
  readonly result: string;
  readonly messageId?: string;
  readonly errorMsg?: string;
  /** The frame's id; absent where Pulsar could not read the frame. */
  readonly context?: string;
}

/** What nearly every answer looks like, to its end; reading it by this costs a fraction of parsing it. */
const STORED = /^\{"result":"ok","messageId":"([\w+/=]*)","context":"(\d+)"(?:,"\w+":\d+)*\}$/;

/** Undefined where it is no answer. */
export function parseAnswer(bytes: Buffer): Answer | undefined {
  // A byte is a character in ASCII, and nothing else fits.
  const stored = STORED.exec(bytes.toString('latin1'));
  if (stored !== null) return { result: 'ok', messageId: stored[1] as string, context: stored[2] as string };
  if (!isUtf8(bytes)) return undefined;
  try {
    const answer: unknown = JSON.parse(bytes.toString());
    return typeof answer === 'object' && answer !== null && 'result' in answer ? (answer as Answer) : undefined;
  } catch {
    return undefined;
  }
}

/** What Pulsar answers to a message. */
export interface Answer {
  /** `ok`, or `send-error:<number>`. The answer's `errorCode` says nothing: it is 0 for some errors too. */
  readonly result: string;
  readonly messageId?: string;
  readonly errorMsg?: string;
  /** The frame's id; absent where Pulsar could not read the frame. */
  readonly context?: string;
}

/** What nearly every answer looks like; reading it by this costs a fraction of parsing it. */
const STORED = /^\{"result":"ok","messageId":"([\w+/=]*)","context":"(\d+)"[,}]/;

/** Undefined where the text is no answer. */
export function parseAnswer(text: string): Answer | undefined {
  const stored = STORED.exec(text);
  if (stored !== null) return { result: 'ok', messageId: stored[1] as string, context: stored[2] as string };
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null && 'result' in answer ? (answer as Answer) : undefined;
  } catch {
    return undefined;
  }
}

/** What Pulsar answers to a message. */
export interface Answer {
  /** `ok`, or `send-error:<number>`. The answer's `errorCode` says nothing: it is 0 for some errors too. */
  readonly result: string;
  readonly messageId?: string;
  readonly errorMsg?: string;
  /** The frame's id; absent where Pulsar could not read the frame. */
  readonly context?: string;
}

/** Undefined where the text is no answer. */
export function parseAnswer(text: string): Answer | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null && 'result' in answer ? (answer as Answer) : undefined;
  } catch {
    return undefined;
  }
}

/** What of an error passes from the worker to the outbox. */
export interface FaultText {
  /** Who has to do something: nobody, it is tried again; or the operator. */
  readonly retry: 'transient' | 'configuration';
  readonly code: string;
  readonly message: string;
}

/** An error of the worker. Core's own would bring all of core into the thread. */
export class OutboxFault extends Error {
  override readonly name = 'OutboxFault';
  readonly retry: FaultText['retry'];
  readonly code: string;

  constructor({ retry, code, message }: FaultText) {
    super(message);
    this.retry = retry;
    this.code = code;
  }
}

/** Why a message was not sent. */
export class SendFailure {
  constructor(readonly error: unknown) {}
}

/** Pulsar's id of the message, or why there is none. */
export type SendOutcome = string | SendFailure;

import type { BatchItem, CompiledDestination, Data, Event, Profile, Session } from '@dest/core';
import type { AcceptedText } from '../envelope/accepted-text';
import type { PayloadPart } from '../envelope/payload-parts';
import type { LazyParts } from './lazy-item';

type Part = BatchItem[PayloadPart];

/** Those of which something was read in this turn of the event loop. */
let read: TextParts[] = [];

/**
 * The parts of an item whose payload is the default one, out of the text of its envelope. What is read is held until the turn of
 * the event loop ends: a plugin holds its items until the whole batch is sent, and has looked at each long before.
 */
export class TextParts implements LazyParts {
  readonly #accepted: AcceptedText;
  readonly #mapping: CompiledDestination['mapping'];
  #json: string | undefined;
  #data: Data | undefined;
  #event: Part;
  #profile: Part;
  #session: Part;
  #isHeld = false;

  constructor(accepted: AcceptedText, { mapping }: CompiledDestination) {
    this.#accepted = accepted;
    this.#mapping = mapping;
  }

  get json(): string {
    return (this.#json ??= this.#accepted.payloadJson);
  }

  get data(): Data {
    const { event, profile, session } = this;
    const { id, acceptedAt } = this.#accepted;
    return (this.#data ??= this.#mapping.apply({ event, profile, session }, { now: acceptedAt, envelopeId: id }));
  }

  get event(): Event | undefined {
    return (this.#event ??= this.#part('event')) as Event | undefined;
  }

  get profile(): Profile | undefined {
    return (this.#profile ??= this.#part('profile'));
  }

  get session(): Session | undefined {
    return (this.#session ??= this.#part('session'));
  }

  #part(name: PayloadPart): Part {
    if (!this.#isHeld) {
      this.#isHeld = true;
      if (read.push(this) === 1) setImmediate(letGo);
    }
    return this.#accepted.part(name);
  }

  letGo(): void {
    this.#data = this.#event = this.#profile = this.#session = undefined;
    this.#isHeld = false;
  }
}

function letGo(): void {
  const parts = read;
  read = [];
  for (const each of parts) each.letGo();
}

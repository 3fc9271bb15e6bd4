import type { BatchItem, CompiledDestination, Data, Event, Profile, Session } from '@dest/core';
import type { AcceptedText } from '../envelope/accepted-text';
import type { PayloadPart } from '../envelope/payload-parts';
import type { LazyParts } from './lazy-item';

type Part = BatchItem[PayloadPart];

/** The parts of an item whose payload is the default one, out of the text of its envelope; each is read once. */
export class TextParts implements LazyParts {
  readonly #accepted: AcceptedText;
  readonly #mapping: CompiledDestination['mapping'];
  readonly #read: { [Name in PayloadPart]?: Part } = {};
  #data: Data | undefined;
  #json: string | undefined;

  constructor(accepted: AcceptedText, { mapping }: CompiledDestination) {
    this.#accepted = accepted;
    this.#mapping = mapping;
  }

  get data(): Data {
    const { event, profile, session } = this;
    const { id, acceptedAt } = this.#accepted;
    return (this.#data ??= this.#mapping.apply({ event, profile, session }, { now: acceptedAt, envelopeId: id }));
  }

  get json(): string {
    return (this.#json ??= this.#accepted.payloadJson);
  }

  get event(): Event | undefined {
    return this.#part('event') as Event | undefined;
  }

  get profile(): Profile | undefined {
    return this.#part('profile');
  }

  get session(): Session | undefined {
    return this.#part('session');
  }

  #part(name: PayloadPart): Part {
    return (this.#read[name] ??= this.#accepted.part(name));
  }
}

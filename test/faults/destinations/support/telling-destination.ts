import {
  defineSchema,
  DestinationInterface,
  RegisterDestination,
  type Data,
  type Destination,
  type DestinationClass,
  type DispatchContext,
  type Event,
  type Profile,
  type Resource,
  type Session,
  type TypeOf,
} from '@dest/core';

const credentials = defineSchema({
  type: 'object',
  properties: { token: { type: 'string', writeOnly: true } },
});
const init = defineSchema({ type: 'object', properties: { topic: { type: 'string' } } });

/** One call, and by what it was made. */
export interface Told {
  readonly data: Data;
  readonly key: string;
  readonly token: string | undefined;
  readonly topic: string | undefined;
  /** Which instance it was, counted from 1. */
  readonly instance: number;
}

export interface Telling {
  readonly class: DestinationClass;
  /** Calls in the order in which they began. */
  readonly told: Told[];
  /** Data of the calls that worked, in the order in which they ended. */
  readonly delivered: Data[];
  /** `open 1`, `close 1`, … */
  readonly lifecycle: string[];
}

/**
 * A destination that tells by which credentials and parameters each call was made.
 *
 * @param dispatch - called for each call: throw, or take time
 */
export function tellingDestination(name: string, dispatch: (told: Told) => Promise<void> | void): Telling {
  const telling: Omit<Telling, 'class'> = { told: [], delivered: [], lifecycle: [] };
  let instances = 0;

  class TellingDestination extends DestinationInterface<TypeOf<typeof credentials>, TypeOf<typeof init>> {
    readonly #instance = ++instances;

    constructor(debug: boolean, resource: Resource, destination: Destination) {
      super(debug, resource as never, destination as never);
    }
    override async open(): Promise<void> {
      telling.lifecycle.push(`open ${this.#instance}`);
    }
    override async close(): Promise<void> {
      telling.lifecycle.push(`close ${this.#instance}`);
    }
    async dispatchEvent(
      data: Data,
      _profile: Profile | undefined,
      _session: Session | undefined,
      _event: Event,
      context: DispatchContext,
    ): Promise<void> {
      await this.#take(data, context);
    }
    async dispatchProfile(
      data: Data,
      _profile: Profile,
      _session: Session | undefined,
      context: DispatchContext,
    ): Promise<void> {
      await this.#take(data, context);
    }
    async #take(data: Data, { idempotencyKey: key }: DispatchContext): Promise<void> {
      const told = { data, key, token: this.credentials.token, topic: this.init.topic, instance: this.#instance };
      telling.told.push(told);
      await dispatch(told);
      telling.delivered.push(data);
    }
  }
  RegisterDestination({ package: name, title: name, credentials, init })(TellingDestination);
  return Object.assign(telling, { class: TellingDestination });
}

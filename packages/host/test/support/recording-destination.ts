import {
  DestinationInterface,
  RegisterDestination,
  defineSchema,
  type BatchItem,
  type Data,
  type DestinationClass,
  type DispatchContext,
  type ItemResult,
} from '@dest/core';

/** One call that a destination got. */
export interface RecordedCall {
  readonly data: readonly Data[];
  readonly keys: readonly string[];
  readonly attempts: readonly number[];
  readonly possiblyDelivered: readonly boolean[];
  readonly signal: AbortSignal;
}

export interface Recording {
  readonly class: DestinationClass;
  readonly calls: RecordedCall[];
  /** Payloads of the calls that worked, in order. */
  readonly delivered: Data[];
  readonly lifecycle: string[];
}

export interface Behaviour {
  /** Called for each call, before it counts as delivered: throw, or take time. */
  readonly dispatch?: (call: RecordedCall, count: number) => Promise<void> | void;
  /** Instead of `dispatchEvent`: results of a batch. */
  readonly batch?: (items: readonly BatchItem[], call: RecordedCall, count: number) => unknown;
  readonly open?: (count: number) => Promise<void> | void;
  readonly close?: () => Promise<void> | void;
  readonly orderedBatches?: boolean;
  /** JSON Schema. Default: anything. */
  readonly credentials?: object;
}

const anything = defineSchema({ type: 'object' });

/** A destination class of the application that notes what it gets, and behaves as told. */
export function recordingDestination(name: string, behaviour: Behaviour = {}): Recording {
  const recording: Recording = { class: undefined as never, calls: [], delivered: [], lifecycle: [] };
  let opened = 0;

  class Recorded extends DestinationInterface {
    override async open(): Promise<void> {
      recording.lifecycle.push('open');
      await behaviour.open?.(++opened);
    }
    override async close(): Promise<void> {
      recording.lifecycle.push('close');
      await behaviour.close?.();
    }
    async dispatchProfile(data: Data, _profile: unknown, _session: unknown, context: DispatchContext): Promise<void> {
      await this.#take(data, context);
    }
    async dispatchEvent(
      data: Data,
      _profile: unknown,
      _session: unknown,
      _event: unknown,
      context: DispatchContext,
    ): Promise<void> {
      await this.#take(data, context);
    }
    async #take(data: Data, context: DispatchContext): Promise<void> {
      const call: RecordedCall = {
        data: [data],
        keys: [context.idempotencyKey],
        attempts: [context.attempt],
        possiblyDelivered: [context.possiblyDelivered],
        signal: context.signal,
      };
      recording.calls.push(call);
      await behaviour.dispatch?.(call, recording.calls.length);
      recording.delivered.push(data);
    }
  }

  if (behaviour.batch !== undefined) {
    const { batch } = behaviour;
    Object.assign(Recorded.prototype, {
      async dispatchBatch(items: readonly BatchItem[], context: { signal: AbortSignal }): Promise<unknown> {
        const call: RecordedCall = {
          data: items.map(({ data }) => data),
          keys: items.map(({ idempotencyKey }) => idempotencyKey),
          attempts: items.map(({ attempt }) => attempt),
          possiblyDelivered: items.map(({ possiblyDelivered }) => possiblyDelivered),
          signal: context.signal,
        };
        recording.calls.push(call);
        const results = await batch(items, call, recording.calls.length);
        const delivered = results as readonly ItemResult[];
        if (Array.isArray(results) && results.length === items.length) {
          items.forEach(({ data }, index) => delivered[index]?.ok === true && recording.delivered.push(data));
        }
        return results;
      },
    });
  }
  RegisterDestination({
    package: name,
    title: name,
    credentials: behaviour.credentials === undefined ? anything : { json: behaviour.credentials },
    init: anything,
    ...(behaviour.orderedBatches === undefined ? {} : { orderedBatches: behaviour.orderedBatches }),
  })(Recorded);
  return Object.assign(recording, { class: Recorded });
}

/** Every item worked. */
export function allDelivered(items: readonly BatchItem[]): readonly ItemResult[] {
  return items.map(() => ({ ok: true }));
}

import {
  failureOf,
  messageOf,
  TransientError,
  type BatchItem,
  type Clock,
  type CompiledDestination,
  type DestinationInterface,
  type Failure,
  type ItemResult,
  type Logger,
  type Profile,
  type LoadedDelivery,
} from '@dest/core';
import { batchItem } from './batch-item';
import { inSlices } from './turns';
import { withDeadline } from './with-deadline';

/** What became of one delivery: undefined where it arrived. */
export type CallOutcome = Failure | undefined;

export interface CallOptions {
  readonly compiled: CompiledDestination;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Aborted when the host closes and waits no longer. */
  readonly shutdown: AbortSignal;
  /** Resolves when so many deliveries may be started once more; without it they may at any time. */
  readonly admitAgain?: ((count: number) => Promise<void>) | undefined;
}

/**
 * Applies the mapping and calls the destination for a batch. Never throws: each delivery has its outcome, in order.
 * Where there is no `dispatchBatch` the batch has one delivery.
 */
export async function callDestination(
  instance: DestinationInterface,
  batch: readonly LoadedDelivery[],
  options: CallOptions,
): Promise<readonly CallOutcome[]> {
  const made: (BatchItem | Failure)[] = [];
  await inSlices(batch, (delivery) => made.push(batchItem(delivery, options.compiled)));
  // Not looked up in the items later: a plugin may have changed them.
  const isItem = made.map((item) => 'json' in item);
  const deliveries = batch.filter((_, index) => isItem[index]);
  const items = made.filter((_, index) => isItem[index]) as BatchItem[];
  const batched = typeof instance.dispatchBatch === 'function';
  const outcomes = batched
    ? await callBatch(instance, deliveries, items, options)
    : await Promise.all(items.map((item) => callOne(instance, item, options)));
  let next = 0;
  return made.map((item, index) => (isItem[index] === true ? outcomes[next++] : (item as Failure)));
}

async function callOne(instance: DestinationInterface, item: BatchItem, options: CallOptions): Promise<CallOutcome> {
  const { clock, logger, timeoutMs, compiled, shutdown } = options;
  const { data, profile, session, event } = item;
  const name = compiled.destination.id;
  try {
    await withDeadline(
      clock,
      timeoutMs,
      `The call of ${name}`,
      async (signal) => {
        const { attempt, possiblyDelivered, idempotencyKey, changes } = item;
        const context = {
          signal,
          attempt,
          possiblyDelivered,
          idempotencyKey,
          ...(changes === undefined ? {} : { changes }),
          logger,
          now: () => clock.now(),
        };
        if (item.kind === 'event' && event !== undefined) {
          await instance.dispatchEvent(data, profile, session, event, context);
        } else {
          await instance.dispatchProfile(data, profile as Profile, session, context);
        }
      },
      shutdown,
    );
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}

/** @param items - of the deliveries: the plugin's own from here on, whatever it does to the list or to them */
async function callBatch(
  instance: DestinationInterface,
  deliveries: readonly LoadedDelivery[],
  items: readonly BatchItem[],
  options: CallOptions,
): Promise<readonly CallOutcome[]> {
  const { clock, logger, timeoutMs, compiled, shutdown } = options;
  const name = compiled.destination.id;
  const count = deliveries.length;
  if (count === 0) return [];
  try {
    const results: unknown = await withDeadline(
      clock,
      timeoutMs,
      `The call of ${name}`,
      (signal) => instance.dispatchBatch!(items, { signal, logger, now: () => clock.now() }),
      shutdown,
    );
    return readResults(results, count, options);
  } catch (error) {
    const failure = failureOf(error);
    if (failure.retry !== 'permanent' || count === 1) return deliveries.map(() => failure);
    // Somebody among them is guilty: the halves tell who.
    const middle = count >> 1;
    const outcomes: CallOutcome[] = [];
    for (const half of [deliveries.slice(0, middle), deliveries.slice(middle)]) {
      await options.admitAgain?.(half.length);
      outcomes.push(...(await callDestination(instance, half, options)));
    }
    return outcomes;
  }
}

/** A result of the wrong length or shape never counts as success: each item is tried again. */
function readResults(results: unknown, expected: number, { compiled, logger }: CallOptions): readonly CallOutcome[] {
  let breach: string | undefined;
  try {
    breach = breachOf(results, expected);
    if (breach === undefined) {
      return (results as readonly ItemResult[]).map((result) => (result.ok ? undefined : failureOf(result.error)));
    }
  } catch (error) {
    breach = `its results should be plain values, reading them throws: ${messageOf(error)}`;
  }
  const { id, package: plugin } = compiled.destination;
  const message = `dispatchBatch of ${plugin} breaks the contract: ${breach}. Report it to the plugin's author.`;
  logger.error(message, { destination: id, package: plugin });
  const failure = failureOf(new TransientError(message, { code: 'CONTRACT_BREACH' }));
  return Array.from({ length: expected }, () => failure);
}

function breachOf(results: unknown, expected: number): string | undefined {
  if (!Array.isArray(results))
    return `it should resolve to a list of ${expected} results, resolved to ${typeof results}`;
  if (results.length !== expected) return `it should resolve to ${expected} results, resolved to ${results.length}`;
  for (const [index, result] of results.entries()) {
    if (typeof (result as ItemResult | null | undefined)?.ok !== 'boolean') {
      return `result ${index} should be { ok: true } or { ok: false, error }`;
    }
  }
  return undefined;
}

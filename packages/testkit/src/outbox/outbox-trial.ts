import type {
  AcceptedEnvelope,
  AppendReceipt,
  DeadLetter,
  DeadLetterFilter,
  DeliveryOutcome,
  Envelope,
  Failure,
  LaneIdentity,
  NewDelivery,
  Outbox,
  ReplayReceipt,
  Settlement,
  StoredDelivery,
} from '@dest/core';
import { setTimeout } from 'node:timers/promises';
import { expectEqual, expectThat } from '../expectations';
import type { CreateOutboxOptions, DurableOutboxKit, OutboxKit } from './outbox-kit';
import { acceptedOf, copyFor, failureOfCode } from './samples';

/** More than any case has in a lane. */
const ALL = 1_000_000;

/** How long something may take that takes effect by and by. */
const PATIENCE_MS = 60_000;

/** What a case does with an outbox, in fewer words. */
export class OutboxTrial<Kit extends OutboxKit = OutboxKit> {
  readonly kit: Kit;
  outbox: Outbox;

  constructor(kit: Kit, outbox: Outbox) {
    this.kit = kit;
    this.outbox = outbox;
  }

  get now(): number {
    return this.kit.clock.now();
  }

  /** Accepted now. */
  accepted(id: string, envelope?: Envelope): AcceptedEnvelope {
    return acceptedOf(id, this.now, envelope);
  }

  append(id: string, copies: readonly NewDelivery[], envelope?: Envelope): Promise<AppendReceipt> {
    return this.outbox.append(this.accepted(id, envelope), copies);
  }

  /** Appends one copy to a lane that has room, and gives it as it is stored. */
  async add(
    id: string,
    lane: LaneIdentity,
    copy: Partial<NewDelivery> = {},
    envelope?: Envelope,
  ): Promise<StoredDelivery> {
    const receipt = await this.append(id, [copyFor(lane, copy)], envelope);
    const [delivery] = receipt.deliveries;
    expectThat(
      delivery !== undefined,
      `the append of ${id} makes a delivery; its receipt is ${JSON.stringify(receipt)}`,
    );
    const stored = (await this.waiting(lane)).find(({ id }) => id === delivery.id);
    expectThat(stored !== undefined, `what was appended as ${id} waits in its lane`);
    return stored;
  }

  /** All that waits in a lane, but replays. */
  waiting(lane: LaneIdentity): Promise<readonly StoredDelivery[]> {
    return this.outbox.read(lane, { after: 0, limit: ALL, which: 'all' });
  }

  untried(lane: LaneIdentity): Promise<readonly StoredDelivery[]> {
    return this.outbox.read(lane, { after: 0, limit: ALL, which: 'untried' });
  }

  retries(lane: LaneIdentity): Promise<readonly StoredDelivery[]> {
    return this.outbox.readRetries(lane, ALL);
  }

  replays(lane: LaneIdentity): Promise<readonly StoredDelivery[]> {
    return this.outbox.readReplays(lane, ALL);
  }

  /** The ids of the envelopes of deliveries, in order; undefined where there is none. */
  async envelopeIds(deliveries: readonly StoredDelivery[]): Promise<readonly (string | undefined)[]> {
    return (await this.outbox.load(deliveries)).map((accepted) => accepted?.id);
  }

  /** A settlement now, of a delivery as it was read, after one more try. */
  settlement(delivery: StoredDelivery, outcome: DeliveryOutcome, pluginVersion?: string): Settlement {
    const tried = { ...delivery, tries: delivery.tries + 1 };
    return { delivery: tried, outcome, settledAt: this.now, ...(pluginVersion === undefined ? {} : { pluginVersion }) };
  }

  settle(delivery: StoredDelivery, outcome: DeliveryOutcome): Promise<void> {
    return this.outbox.settle([this.settlement(delivery, outcome)]);
  }

  deliver(delivery: StoredDelivery): Promise<void> {
    return this.settle(delivery, { status: 'delivered' });
  }

  /** One more try that failed by the item's own fault. */
  retry(delivery: StoredDelivery, dueAt: number, failure: Failure = failureOfCode('BUSY')): Promise<void> {
    return this.settle(delivery, { status: 'retry', dueAt, attempts: delivery.attempts + 1, failure });
  }

  fail(delivery: StoredDelivery, failure: Failure = failureOfCode('REFUSED')): Promise<void> {
    return this.settle(delivery, { status: 'failed', failure });
  }

  /** Appends one copy and lets it fail for good. */
  async addFailed(id: string, lane: LaneIdentity, failure?: Failure, copy?: Partial<NewDelivery>): Promise<DeadLetter> {
    await this.fail(await this.add(id, lane, copy), failure);
    const letter = (await this.letters()).findLast(({ envelopeId }) => envelopeId === id);
    expectThat(letter !== undefined, `what failed for good as ${id} is a dead letter`);
    return letter;
  }

  letters(filter: DeadLetterFilter = {}): Promise<readonly DeadLetter[]> {
    return this.outbox.deadLetters(filter, { limit: ALL });
  }

  /** Asks for replays, and waits until as many dead letters are gone as were promised. */
  async replay(filter: DeadLetterFilter, lanes: readonly LaneIdentity[]): Promise<ReplayReceipt> {
    const before = await this.outbox.countDeadLetters({});
    const receipt = await this.outbox.replayDeadLetters(filter, lanes);
    await this.eventually(
      async () => (await this.outbox.countDeadLetters({})) === before - receipt.replayed,
      `${receipt.replayed} dead letters are replayed`,
    );
    return receipt;
  }

  async eventually(condition: () => Promise<boolean>, what: string): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    while (!(await condition())) {
      expectThat(performance.now() < until, `${what}, after ${PATIENCE_MS} ms at the latest`);
      await setTimeout(5);
    }
  }

  /** Compares what a lane holds, replays included. */
  async expectSize(lane: LaneIdentity, deliveries: readonly StoredDelivery[], when: string): Promise<void> {
    const { waiting, bytes, oldest } = await this.outbox.size(lane);
    expectEqual(waiting, deliveries.length, `how many wait in lane ${lane.destination} ${when}`);
    const sum = deliveries.reduce((total, delivery) => total + delivery.bytes, 0);
    expectEqual(bytes, sum, `how many bytes wait in lane ${lane.destination} ${when}`);
    const since = deliveries.map(({ waitingSince }) => waitingSince);
    expectEqual(
      oldest,
      since.length === 0 ? undefined : Math.min(...since),
      `the oldest of lane ${lane.destination} ${when}`,
    );
  }
}

type Body<Kit extends OutboxKit> = (trial: OutboxTrial<Kit>) => Promise<void>;

/** A case's `run` that has an outbox of its own, and closes it. */
export function onOutbox(body: Body<OutboxKit>, options?: CreateOutboxOptions): (kit: OutboxKit) => Promise<void> {
  return (kit) => tryOut(kit, body, options);
}

/** The same for a case that needs what is durable. */
export function onDurableOutbox(
  body: Body<DurableOutboxKit>,
  options?: CreateOutboxOptions,
): (kit: DurableOutboxKit) => Promise<void> {
  return (kit) => tryOut(kit, body, options);
}

async function tryOut<Kit extends OutboxKit>(kit: Kit, body: Body<Kit>, options?: CreateOutboxOptions): Promise<void> {
  const trial = new OutboxTrial(kit, await kit.create(options));
  try {
    await body(trial);
  } finally {
    await trial.outbox.close();
  }
}

/** Closes the outbox of a trial and goes on with one at the same place. */
export async function reopen(trial: OutboxTrial<DurableOutboxKit>): Promise<void> {
  trial.outbox = await trial.kit.reopen(trial.outbox);
}

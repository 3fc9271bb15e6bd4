import {
  noopLogger,
  type AppendReceipt,
  type Envelope,
  type LaneIdentity,
  type Logger,
  type NewDelivery,
  type StoredDelivery,
} from '@dest/core';
import { VirtualClock } from '@dest/testkit';
import { SharedOutbox } from '../../src/outbox/shared-outbox';
import { parseTopic } from '../../src/topic';
import { MemoryCluster, type MemoryTransport } from './memory-cluster';

export const OUTBOX_TOPIC = parseTopic('outbox');

export const ORDERS: LaneIdentity = { destination: 'orders', package: '@acme/ledger', debug: false, generation: 1 };

const BUSY = { retry: 'transient', scope: 'item', code: 'BUSY' } as const;
const MESSAGE = 'It is busy.';

/** A host: its outbox, and what that told. */
export interface OutboxHost {
  readonly outbox: SharedOutbox;
  readonly transport: MemoryTransport;
  readonly arrived: StoredDelivery[];
  readonly removed: string[];
}

export interface JoinOptions {
  readonly maxHeld?: number;
  /** Lanes that it delivers, as far as others can see. */
  readonly reads?: readonly LaneIdentity[];
  readonly logger?: Logger;
  readonly transport?: MemoryTransport;
}

/** Gives each test a cluster of its own, with hosts that are closed after it. */
export function eachWithHosts(use: (hosts: OutboxHosts, cluster: MemoryCluster) => void): void {
  let hosts: OutboxHosts;
  beforeEach(() => {
    const cluster = new MemoryCluster();
    hosts = new OutboxHosts(cluster);
    use(hosts, cluster);
  });
  afterEach(() => hosts.close());
}

/** Hosts that share an outbox on a cluster in memory. */
export class OutboxHosts {
  readonly clock = new VirtualClock();
  readonly #cluster: MemoryCluster;
  readonly #hosts: OutboxHost[] = [];

  constructor(cluster: MemoryCluster) {
    this.#cluster = cluster;
  }

  async join(options: JoinOptions = {}): Promise<OutboxHost> {
    const { maxHeld = 10_000, reads = [ORDERS], logger = noopLogger, transport = this.#cluster.connect() } = options;
    const { clock } = this;
    const settings = { topic: OUTBOX_TOPIC, maxHeld, dedupeWindowMs: 60_000 };
    const outbox = await SharedOutbox.connect({ ...settings, transport, clock, logger });
    const host: OutboxHost = { outbox, transport, arrived: [], removed: [] };
    outbox.watch({
      arrived: (deliveries) => void host.arrived.push(...deliveries),
      removed: (deliveries) => void host.removed.push(...deliveries.map(({ id }) => id)),
      dropped: () => undefined,
      replaced: () => undefined,
    });
    this.#hosts.push(host);
    for (const lane of reads) await outbox.read(lane, { after: 0, limit: 1, which: 'all' });
    return host;
  }

  async close(): Promise<void> {
    await Promise.all(this.#hosts.splice(0).map(({ outbox }) => outbox.close().catch(() => undefined)));
  }

  /** @param more members of the event */
  append({ outbox }: OutboxHost, id: string, key: string, more: object = {}): Promise<AppendReceipt> {
    const envelope: Envelope = { event: { id, type: 'paid', ...more }, profile: { id: key } };
    const limit = { maxBytes: 1_000_000_000, whenFull: 'reject' } as const;
    const copy: NewDelivery = { lane: ORDERS, limit, kind: 'event', key };
    return outbox.append({ id, envelope, acceptedAt: this.clock.now() }, [copy]);
  }

  waiting({ outbox }: OutboxHost): Promise<readonly StoredDelivery[]> {
    return outbox.read(ORDERS, { after: 0, limit: 1_000_000, which: 'all' });
  }

  async idsOf(host: OutboxHost): Promise<readonly string[]> {
    const loaded = await host.outbox.load(await this.waiting(host));
    return loaded.map((accepted) => accepted?.id ?? 'gone');
  }

  delivered(delivery: StoredDelivery) {
    return { ...this.#tried(delivery), outcome: { status: 'delivered' } as const };
  }

  retried(delivery: StoredDelivery, dueAt: number, message = MESSAGE) {
    const failure = { ...BUSY, message };
    const attempts = delivery.attempts + 1;
    return { ...this.#tried(delivery), outcome: { status: 'retry', dueAt, attempts, failure } as const };
  }

  failed(delivery: StoredDelivery, message = MESSAGE) {
    const failure = { ...BUSY, retry: 'permanent', message } as const;
    return { ...this.#tried(delivery), outcome: { status: 'failed', failure } as const };
  }

  #tried(delivery: StoredDelivery) {
    return { delivery: { ...delivery, tries: delivery.tries + 1 }, settledAt: this.clock.now() };
  }
}

import type { OutboxSettings } from '../model/outbox-settings';
import type { Resource } from '../model/resource';
import type {
  AcceptedEnvelope,
  AppendReceipt,
  DeadLetter,
  DeadLetterFilter,
  ForgetReceipt,
  LaneIdentity,
  LaneSize,
  LoadedDeadLetter,
  NewDelivery,
  Outbox,
  OutboxListener,
  OutboxReport,
  ReadOptions,
  ReplayReceipt,
  Settlement,
  StoredDelivery,
} from '../ports/outbox';
import { requireDebug, selectedCredentials } from './selected-credentials';

/**
 * What an outbox type extends: the port Outbox, which says what each method does, with credentials and parameters. One
 * instance is made per host: `new → open → … → close`.
 */
export abstract class OutboxInterface<Credentials = unknown, Init = unknown> implements Outbox {
  constructor(
    readonly debug: boolean,
    readonly resource: Resource<Credentials>,
    readonly outbox: OutboxSettings<Init>,
  ) {
    requireDebug(debug, 'An outbox', 'outbox');
  }

  /** The credentials of the side that `debug` selects: valid by the schema, defaults filled in. */
  protected get credentials(): Credentials {
    return selectedCredentials(this.debug, this.resource);
  }

  /** The parameters of this outbox: valid by the schema, defaults filled in. */
  protected get init(): Init {
    return this.outbox.init;
  }

  abstract open(): Promise<OutboxReport>;
  abstract append(accepted: AcceptedEnvelope, deliveries: readonly NewDelivery[]): Promise<AppendReceipt>;
  abstract read(lane: LaneIdentity, options: ReadOptions): Promise<readonly StoredDelivery[]>;
  abstract readRetries(lane: LaneIdentity, limit: number): Promise<readonly StoredDelivery[]>;
  abstract readReplays(lane: LaneIdentity, limit: number): Promise<readonly StoredDelivery[]>;
  abstract load(deliveries: readonly StoredDelivery[]): Promise<readonly (AcceptedEnvelope | undefined)[]>;
  abstract started(deliveries: readonly StoredDelivery[]): void;
  abstract settle(settlements: readonly Settlement[]): Promise<void>;
  abstract size(lane: LaneIdentity): Promise<LaneSize>;
  abstract lanes(): Promise<readonly { readonly lane: LaneIdentity; readonly size: LaneSize }[]>;
  abstract moveLane(from: LaneIdentity, to: LaneIdentity): Promise<number>;
  abstract dropLane(lane: LaneIdentity): Promise<number>;
  abstract deadLetters(
    filter: DeadLetterFilter,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<readonly DeadLetter[]>;
  abstract countDeadLetters(filter: DeadLetterFilter): Promise<number>;
  abstract deadLetter(id: string): Promise<LoadedDeadLetter | undefined>;
  abstract dropDeadLetters(filter: DeadLetterFilter): Promise<number>;
  abstract replayDeadLetters(filter: DeadLetterFilter, lanes: readonly LaneIdentity[]): Promise<ReplayReceipt>;
  abstract forget(profileId: string): Promise<ForgetReceipt>;
  abstract close(): Promise<void>;
  ending?(): void;
  watch?(listener: OutboxListener): void;
}

import type { Data, JsonValue } from '@dest/core';
import type { Ability } from './ability';
import type { Arrival, OtherSide } from './other-side';

/** Where an instance finds the other side: by way of the fault proxy, where there is one. */
export interface Place<Side extends OtherSide = OtherSide> {
  /** What `start` resolved to. */
  readonly server: Side;
  /** 127.0.0.1 */
  readonly host: string;
  /** 0 where the other side is no server. */
  readonly port: number;
  /** `http://127.0.0.1:4567` */
  readonly origin: string;
  /** A text to take as token, password or key: another one at each place, of visible ASCII that URLs have to escape. */
  readonly secret: string;
}

/** What the conformance suite has to know of a destination. */
export interface DestinationKit<Side extends OtherSide = OtherSide> {
  /**
   * Starts what the destination talks to. Called for each case, and twice where it is about two sides.
   *
   * @param folder - the folder of the host, empty at first, removed at the end: relative paths are read from it
   */
  start(folder: string): Promise<Side>;
  /** What has arrived there so far, in order. */
  received(server: Side): readonly Arrival[] | Promise<readonly Arrival[]>;
  /** Credentials that get in. Default: none. */
  credentials?(place: Place<Side>): object;
  /** Parameters. Default: `{}`. */
  init?: object | ((place: Place<Side>) => object);
  /** Makes a payload that the destination takes and that has the content in it. Default: the content itself. */
  data?(content: JsonValue): Data;
  /** What the destination can't do, each with the reason: cases about it are left out, and the scorecard says why. */
  readonly cannot?: Readonly<Partial<Record<Ability, string>>>;
  /** The package's folder: where its package.json is. Without it, the cases about the package are left out. */
  readonly folder?: string;
  /** Fields of the credentials or parameters that read like secrets and are none. */
  readonly publicFields?: readonly string[];
  /** After how long the signal of a call is aborted that is to miss its deadline, in milliseconds. Default: 300. */
  readonly deadlineMs?: number;
  /** How long what should come soon may take, in milliseconds; generous, for machines that are busy. Default: 5,000. */
  readonly patienceMs?: number;
}

import {
  TransientError,
  type DeadLetter,
  type DeadLetterFilter,
  type LaneIdentity,
  type LoadedDeadLetter,
  type ReplayReceipt,
} from '@dest/core';
import type { LaneStatus } from '../delivery/lane-status';
import type { ControlConnection } from './control-connection';
import { CONTROL_PARAMETERS, type ControlMethods } from './control-methods';
import type { ControlPing } from './control-protocol';
import type { DeadLetterPage, ForgetReport, HostControl, ReloadReport } from './host-control';

/** A host in another process. Its errors come over with code and class. Made by `connectControl`. */
export class ControlClient implements HostControl {
  readonly #connection: ControlConnection;

  constructor(connection: ControlConnection) {
    this.#connection = connection;
  }

  /** Which host it is. */
  ping(): Promise<ControlPing> {
    return this.#call('ping') as Promise<ControlPing>;
  }

  lanes(): Promise<readonly LaneStatus[]> {
    return this.#call('lanes') as Promise<readonly LaneStatus[]>;
  }

  async resume(destination: string): Promise<void> {
    await this.#call('resume', destination);
  }

  moveLane(lane: LaneIdentity, destination: string): Promise<number> {
    return this.#call('moveLane', lane, destination) as Promise<number>;
  }

  dropLane(lane: LaneIdentity): Promise<number> {
    return this.#call('dropLane', lane) as Promise<number>;
  }

  listDeadLetters(filter: DeadLetterFilter, page: DeadLetterPage): Promise<readonly DeadLetter[]> {
    return this.#call('listDeadLetters', filter, page) as Promise<readonly DeadLetter[]>;
  }

  countDeadLetters(filter: DeadLetterFilter): Promise<number> {
    return this.#call('countDeadLetters', filter) as Promise<number>;
  }

  async showDeadLetter(id: string): Promise<LoadedDeadLetter | undefined> {
    return ((await this.#call('showDeadLetter', id)) as LoadedDeadLetter | null) ?? undefined;
  }

  dropDeadLetters(filter: DeadLetterFilter): Promise<number> {
    return this.#call('dropDeadLetters', filter) as Promise<number>;
  }

  replayDeadLetters(filter: DeadLetterFilter): Promise<ReplayReceipt> {
    return this.#call('replayDeadLetters', filter) as Promise<ReplayReceipt>;
  }

  forget(profileId: string): Promise<ForgetReport> {
    return this.#call('forget', profileId) as Promise<ForgetReport>;
  }

  countQuarantined(): Promise<number> {
    return this.#call('countQuarantined') as Promise<number>;
  }

  reload(): Promise<ReloadReport> {
    return this.#call('reload') as Promise<ReloadReport>;
  }

  /** Ends the connection. What is under way goes on at the host; its answer isn't waited for. Safe twice. */
  async close(): Promise<void> {
    await this.#connection.close();
  }

  #call(method: keyof ControlMethods, ...values: readonly unknown[]): Promise<unknown> {
    const names = Object.keys(CONTROL_PARAMETERS[method]);
    const lost = new TransientError(
      `The host went away before it answered ${method}: whether that was done is not known. Look, and ask again.`,
      { code: 'CONTROL_LOST' },
    );
    return this.#connection.request(
      method,
      Object.fromEntries(names.map((name, index) => [name, values[index]])),
      lost,
    );
  }
}

import { performance, type EventLoopUtilization } from 'node:perf_hooks';
import { GroupBuilder } from './group-builder';
import { GroupPace } from './group-pace';
import type { LaneBook } from './lane-book';
import type { FaultText } from './outbox-fault';
import type { Outcome } from './protocol';
import type { WorkerLink } from './worker-link';

/** How often a group is sent again after the file was mended. */
const MAX_REPEATS = 1;

/**
 * Lets operations wait while a group is under way: all that come meanwhile become the next one, or several where that would
 * become too large.
 */
export class GroupQueue {
  readonly #link: WorkerLink;
  readonly #lanes: LaneBook;
  #underWay: GroupBuilder | undefined;
  #repeats = 0;
  readonly #waiting: GroupBuilder[] = [];
  readonly #pace = new GroupPace();
  #scheduled = false;
  /** What the event loop had done when the thread ran out of work; undefined while it has some. */
  #idleSince: EventLoopUtilization | undefined;
  #fault: FaultText | undefined;
  #onIdle: (() => void) | undefined;

  constructor(link: WorkerLink, lanes: LaneBook) {
    this.#link = link;
    this.#lanes = lanes;
  }

  /** The group that the next operation joins. */
  get open(): GroupBuilder {
    const last = this.#waiting.at(-1);
    if (last !== undefined && this.#hasRoom(last)) return last;
    const group = new GroupBuilder();
    this.#waiting.push(group);
    this.#schedule();
    return group;
  }

  /** The same for an append. */
  openForAppend(): GroupBuilder {
    this.#pace.asked();
    return this.open;
  }

  /** Calls `body` when all that was asked for before is answered. */
  afterwards(body: () => void): void {
    const last = this.#waiting.at(-1) ?? this.#underWay;
    if (last === undefined) body();
    else last.afterwards.push(body);
  }

  /** Resolves when nothing waits and nothing is under way. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#onIdle = resolve;
      this.#tellIdle();
    });
  }

  /** The outcomes of the group that is under way. */
  answered(outcomes: readonly Outcome[], commitMs?: number): void {
    const group = this.#underWay;
    if (group !== undefined) this.#pace.answered(group.appended, commitMs);
    // First the next one: the thread goes on while this one is answered.
    this.#next();
    if (group !== undefined) answer(group, outcomes);
    this.#tellIdle();
  }

  /** Sends what is under way to another thread, which knows no lanes yet. */
  repeat(): void {
    this.#lanes.sendAgain();
    if (this.#underWay === undefined) return this.#schedule();
    if (++this.#repeats <= MAX_REPEATS) return this.#link.send(this.#underWay, this.#lanes.takeUnsent());
    const fault: FaultText = {
      retry: 'transient',
      code: 'OUTBOX_FAILED',
      message: 'The outbox file turned out to be damaged again and again. Look at its disk.',
    };
    this.answered(faults(this.#underWay, fault));
  }

  /** Answers everything with a fault, also what comes later. */
  fail(fault: FaultText): void {
    this.#fault = fault;
    const groups = [...(this.#underWay === undefined ? [] : [this.#underWay]), ...this.#waiting.splice(0)];
    this.#underWay = undefined;
    for (const group of groups) answer(group, faults(group, fault));
    this.#tellIdle();
  }

  #hasRoom({ isFull, appended }: GroupBuilder): boolean {
    return !isFull && appended < this.#pace.maxAppends;
  }

  /** Not at once: what callers of the same turn ask for goes together. */
  #schedule(): void {
    if (this.#scheduled || this.#underWay !== undefined) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#underWay === undefined) this.#next();
    });
  }

  #next(): void {
    const group = this.#waiting.shift();
    const wasIdle = this.#idleSince;
    this.#idleSince = group === undefined ? performance.eventLoopUtilization() : undefined;
    this.#underWay = group;
    this.#repeats = 0;
    if (group === undefined) return;
    if (wasIdle !== undefined) this.#pace.idled(performance.eventLoopUtilization(wasIdle).active, group.appended);
    if (this.#fault !== undefined) return this.fail(this.#fault);
    this.#link.keepAlive(true);
    this.#link.send(group, this.#lanes.takeUnsent());
  }

  #tellIdle(): void {
    if (this.#underWay !== undefined || this.#waiting.length > 0) return;
    this.#link.keepAlive(false);
    this.#onIdle?.();
  }
}

function faults({ operations }: GroupBuilder, fault: FaultText): readonly Outcome[] {
  return operations.map(() => ({ fault }));
}

function answer({ listeners, afterwards }: GroupBuilder, outcomes: readonly Outcome[]): void {
  for (const [index, listener] of listeners.entries()) listener(outcomes[index] as Outcome);
  for (const body of afterwards) body();
}

import type { FaultText } from './outbox-fault';
import { GroupBuilder } from './group-builder';
import type { LaneBook } from './lane-book';
import type { Outcome } from './protocol';
import type { WorkerLink } from './worker-link';

/** Lets operations wait while a group is under way: all that come meanwhile become the next one. */
export class GroupQueue {
  readonly #link: WorkerLink;
  readonly #lanes: LaneBook;
  #underWay: GroupBuilder | undefined;
  readonly #waiting: GroupBuilder[] = [];
  #scheduled = false;
  #fault: FaultText | undefined;
  #onIdle: (() => void) | undefined;

  constructor(link: WorkerLink, lanes: LaneBook) {
    this.#link = link;
    this.#lanes = lanes;
  }

  /** The group that the next operation joins. */
  get open(): GroupBuilder {
    const last = this.#waiting.at(-1);
    if (last !== undefined && !last.isFull) return last;
    const group = new GroupBuilder();
    this.#waiting.push(group);
    this.#schedule();
    return group;
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

  /** Answers everything with a fault, also what comes later. */
  fail(fault: FaultText): void {
    this.#fault = fault;
    const groups = [...(this.#underWay === undefined ? [] : [this.#underWay]), ...this.#waiting.splice(0)];
    this.#underWay = undefined;
    for (const group of groups)
      answer(
        group,
        group.operations.map(() => ({ fault })),
      );
    this.#tellIdle();
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
    this.#underWay = group;
    if (group === undefined) return this.#tellIdle();
    if (this.#fault !== undefined) return this.fail(this.#fault);
    this.#link.keepAlive(true);
    this.#link.send(group, this.#lanes.takeUnsent(), (outcomes) => {
      // First the next one: the thread goes on while this one is answered.
      this.#underWay = undefined;
      this.#next();
      answer(group, outcomes);
    });
  }

  #tellIdle(): void {
    if (this.#underWay !== undefined || this.#waiting.length > 0) return;
    this.#link.keepAlive(false);
    this.#onIdle?.();
  }
}

function answer({ listeners, afterwards }: GroupBuilder, outcomes: readonly Outcome[]): void {
  for (const [index, listener] of listeners.entries()) listener(outcomes[index] as Outcome);
  for (const body of afterwards) body();
}

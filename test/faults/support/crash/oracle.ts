import type { Envelope } from '@dest/core';
import type { DispatchAnswer } from '../host-child';
import type { SeededRandom } from '../seeded-random';
import { oddPayload } from './payload';

/** One envelope that was issued. */
export interface Issued {
  readonly id: string;
  readonly envelope: Envelope;
  readonly key: string;
  /** Whether it goes to the destination of copies, too. */
  readonly copied: boolean;
  /** Whether the moody destination refuses it. */
  readonly refused: boolean;
  /** The payload's JSON. */
  readonly text: string;
  /** When it was handed to a host, counted over all; more than once where no answer came. */
  readonly issues: number[];
  readonly receipts: { readonly issue: number; readonly duplicate: boolean }[];
}

const KEYS = 12;

/** Issues envelopes to hosts that are killed, and remembers what they promised. */
export class Oracle {
  readonly #random: SeededRandom;
  readonly #prefix: string;
  readonly #issued = new Map<string, Issued>();
  readonly #unanswered = new Set<Issued>();
  #issues = 0;
  /** What hosts said that they may not say. */
  readonly breaches: string[] = [];

  constructor(random: SeededRandom, prefix: string) {
    this.#random = random;
    this.#prefix = prefix;
  }

  get all(): readonly Issued[] {
    return [...this.#issued.values()];
  }

  get(id: string): Issued | undefined {
    return this.#issued.get(id);
  }

  get accepted(): number {
    return this.all.filter(({ receipts }) => receipts.length > 0).length;
  }

  /** New envelopes, noted as handed in now. */
  issue(count: number): readonly Envelope[] {
    return Array.from({ length: count }, () => this.#handIn(this.#make()));
  }

  /** What no host answered for, in order, noted as handed in now; some of it is left in doubt. */
  issueAgain(): readonly Envelope[] {
    const left = [...this.#unanswered];
    this.#unanswered.clear();
    return left.filter(() => this.#random.chance(0.8)).map((issued) => this.#handIn(issued));
  }

  /** Takes note of what a host said of its latest dispatch of an id. */
  note(answer: DispatchAnswer): void {
    const issued = this.#issued.get(answer.id);
    if (issued === undefined) {
      this.breaches.push(`The host answered for ${answer.id}, which was never issued`);
    } else if (answer.kind === 'rejected') {
      if (answer.code !== 'HOST_CLOSED')
        this.breaches.push(`${answer.id} was rejected: ${answer.code} ${answer.message}`);
    } else {
      this.#unanswered.delete(issued);
      this.#noteReceipt(issued, answer);
    }
  }

  #noteReceipt(issued: Issued, { duplicate, refused }: Extract<DispatchAnswer, { kind: 'accepted' }>): void {
    const { id, issues, receipts } = issued;
    if (refused > 0) this.breaches.push(`A lane refused ${id}`);
    if (duplicate && issues.length === 1) this.breaches.push(`${id} was a duplicate when it was issued first`);
    if (receipts.length > 0) this.breaches.push(`${id} was answered for twice`);
    receipts.push({ issue: issues.at(-1)!, duplicate });
  }

  #make(): Issued {
    const random = this.#random;
    const number = this.#issued.size;
    const id = `${this.#prefix}-${number}`;
    const key = `profile-${random.between(1, KEYS)}`;
    const copied = random.chance(0.5);
    const refused = random.chance(0.03);
    const payload = oddPayload(random);
    const event = { type: copied ? 'copied' : 'single', refused, payload };
    const envelope: Envelope = { id, event, profile: { id: key } };
    const text = JSON.stringify(payload);
    const issued: Issued = { id, envelope, key, copied, refused, text, issues: [], receipts: [] };
    this.#issued.set(id, issued);
    return issued;
  }

  #handIn(issued: Issued): Envelope {
    issued.issues.push(++this.#issues);
    this.#unanswered.add(issued);
    return issued.envelope;
  }
}

import type { PendingSend } from '../sending/pending-send';
import { SendBatch } from '../sending/send-batch';
import { SendFailure } from '../sending/send-outcome';
import { SendWindow, type WindowLimits } from '../sending/send-window';
import type { PulsarMessage } from '../transport/pulsar-transport';
import type { Answer } from './answer';
import { encodeFrame } from './encode-frame';
import { FrameLimit } from './frame-limit';
import { sizeOf, type FrameText } from './masked-frames';
import { isProducerGone, sendError } from './send-error';
import { SequenceNumbers } from './sequence-numbers';
import type { WebSocketConnection } from './web-socket-connection';

/** How much goes out in one write: frames, and bytes that are not exceeded by more than one frame. */
const TOGETHER = { frames: 32, bytes: 64 * 1024 };

export interface MessageExchangeOptions {
  /** Address and topic, for messages. */
  readonly where: string;
  readonly window: WindowLimits;
  readonly maxFrameBytes: number;
  /** Whether the messages are numbered, for a broker that drops repeats. */
  readonly deduplication: boolean;
}

/**
 * What waits to be sent, what is on the wire, and what the answers to it mean. A message becomes a frame only when it
 * goes on the wire: thousands of frames that wait would cost more in memory than all the rest.
 */
export class MessageExchange {
  readonly #where: string;
  readonly #limit: FrameLimit;
  readonly #numbers: SequenceNumbers | undefined;
  readonly #window: SendWindow<PulsarMessage>;
  #nextId = 1;
  /** How many messages are still sent one at a time, to find the one that Pulsar can't read. */
  #suspects = 0;

  constructor({ where, window, maxFrameBytes, deduplication }: MessageExchangeOptions) {
    this.#where = where;
    this.#limit = new FrameLimit(where, maxFrameBytes);
    this.#numbers = deduplication ? new SequenceNumbers() : undefined;
    // Where messages are numbered, what has been on the wire goes there again, since it may be that others have the
    // numbers after its own.
    this.#window = new SendWindow(window, { repeatsAll: deduplication });
  }

  /** Takes messages on, but for those that are too large: these have failed. */
  add(messages: readonly PulsarMessage[]): SendBatch<PulsarMessage> {
    const batch = new SendBatch(this.#nextId, messages);
    this.#nextId += messages.length;
    messages.forEach((message, position) => {
      const refusal = this.#limit.refusalOf(batch.idAt(position), message);
      if (refusal !== undefined) batch.settle(position, new SendFailure(refusal));
    });
    this.#window.add(batch);
    return batch;
  }

  // What is on the wire keeps its place until it is answered: it still counts at the broker.
  giveUp(batch: SendBatch<PulsarMessage>, error: unknown): void {
    this.#window.withdraw(batch);
    batch.fail(error);
  }

  /** Fails everything; nothing waits any more. */
  failAll(error: unknown): void {
    this.#numbers?.doubt();
    for (const batch of this.#window.clear()) batch.fail(error);
  }

  /** The number before the first one of the next connection; undefined where messages are not numbered. */
  nextNumber(): number | undefined {
    return this.#numbers?.next();
  }

  /** When what is on the wire for longest was put there, in milliseconds of the monotonic clock. */
  get oldestSentAt(): number | undefined {
    const [oldest] = this.#window.inFlight.values();
    return oldest?.sentAt;
  }

  /** Puts on the wire what the window has room for. */
  sendOver(connection: WebSocketConnection): void {
    const cap = this.#suspects > 0 ? 1 : undefined;
    // In pieces, so that the broker has something to do while the next is made.
    while (this.#window.canTake(cap)) connection.sendAll(this.#nextPiece(cap));
  }

  /** @returns why the connection is of no use any more; undefined where it is */
  onAnswer(answer: Answer): string | undefined {
    if (answer.context === undefined) return this.#onUnreadable(answer);
    const pending = this.#window.remove(Number(answer.context));
    if (pending !== undefined) this.#settle(pending, answer);
    return answer.result !== 'ok' && isProducerGone(answer) ? (answer.errorMsg ?? answer.result) : undefined;
  }

  /** @param isTooLarge the connection ended because some frame was too large */
  onLost(isTooLarge: boolean): void {
    if (isTooLarge) this.#failLargest();
    this.#window.requeue();
  }

  #nextPiece(cap: number | undefined): readonly FrameText[] {
    const now = performance.now();
    const frames: FrameText[] = [];
    for (let bytes = 0; frames.length < TOGETHER.frames && bytes < TOGETHER.bytes;) {
      const pending = this.#window.take(cap);
      if (pending === undefined) break;
      const frame = this.#encode(pending);
      if (frame === undefined) continue;
      pending.sentAt = now;
      const size = sizeOf(frame);
      this.#window.weigh(pending, size);
      this.#numbers?.sent();
      frames.push(frame);
      bytes += size;
    }
    return frames;
  }

  /** Undefined where it can't be: then it has failed. */
  #encode(pending: PendingSend<PulsarMessage>): FrameText | undefined {
    try {
      return encodeFrame(pending.id, pending.content);
    } catch (error) {
      this.#window.remove(pending.id);
      pending.fail(error);
      return undefined;
    }
  }

  #settle(pending: PendingSend<PulsarMessage>, answer: Answer): void {
    if (this.#suspects > 0) this.#suspects -= 1;
    if (answer.result === 'ok') {
      this.#numbers?.acknowledged();
      pending.succeed(answer.messageId ?? '');
    } else {
      this.#numbers?.doubt();
      pending.fail(sendError(this.#where, answer));
    }
  }

  // Pulsar doesn't say which frame it could not read. Alone on the wire, it must be that one; else all that are there
  // are sent again, one at a time.
  #onUnreadable(answer: Answer): string | undefined {
    const [pending, another] = this.#window.inFlight.values();
    if (pending !== undefined && another === undefined) {
      this.#window.remove(pending.id);
      this.#settle(pending, answer);
      return undefined;
    }
    this.#suspects = this.#window.inFlight.size;
    return `${answer.result}: ${answer.errorMsg ?? ''}`;
  }

  // Some frame was over the broker's limit, so the largest is.
  #failLargest(): void {
    const all = [...this.#window.inFlight.values()];
    const largest = all.reduce<(typeof all)[0] | undefined>((a, b) => (a && a.size >= b.size ? a : b), undefined);
    if (largest === undefined) return;
    this.#window.remove(largest.id);
    this.#numbers?.doubt();
    largest.fail(this.#limit.lowerBelow(largest.size));
  }
}

import { DestError, failureOf, type Clock, type Envelope, type Failure } from '@dest/core';
import type { Receipt } from '@dest/host';
import type { Readable } from 'node:stream';
import { fallbackId } from '../input/fallback-id';
import type { LineSource } from '../input/line-id';
import { parseLine, type ParsedLine } from '../input/parse-line';
import { readLines, type InputLine } from '../input/read-lines';
import type { Acknowledgement } from './acknowledgement';
import { BurstLimit } from './burst-limit';
import { InFlight } from './in-flight';
import { IntakeCounts } from './intake-counts';
import { retryDelay } from './retry-delay';
import type { RunLog } from './run-log';

/** What no contract says of may be the line's own fault: so often it is tried. */
const MAX_UNEXPECTED_TRIES = 10;
/** The outbox, or the host, will not come back in this process. */
const FATAL = /^(OUTBOX_WORKER_DIED|OUTBOX_CLOSED|HOST_CLOSED)$/;

export interface LineIntakeOptions {
  readonly stream: Readable;
  readonly source: LineSource;
  readonly dispatch: (envelope: Envelope, options: { readonly fallbackId?: string }) => Promise<Receipt>;
  /** Is told of each line; the next ones wait until it is done. Rejects where it can't be told any more: that ends the reading. */
  readonly acknowledge: (acknowledgement: Acknowledgement) => Promise<void>;
  readonly clock: Clock;
  readonly log: RunLog;
}

/**
 * Hands lines to a host, no faster than it takes them. A line that can never be taken is counted and told; one that can't be
 * taken now is tried again, and nothing more is read meanwhile.
 */
export class LineIntake {
  readonly counts = new IntakeCounts();
  readonly #options: LineIntakeOptions;
  readonly #inFlight = new InFlight();
  readonly #badLines: BurstLimit;
  readonly #refusals: BurstLimit;
  readonly #stop: Promise<void>;
  #stopNow = (): void => undefined;
  #stopped = false;
  #failure: Error | undefined;
  /** Lines that wait to be tried again. */
  #troubled = 0;

  constructor(options: LineIntakeOptions) {
    const { clock, log } = options;
    this.#options = options;
    this.#stop = new Promise((resolve) => (this.#stopNow = resolve));
    this.#badLines = new BurstLimit(clock, (amount) => log.say('warn', `${amount} more bad lines`, { bad: amount }));
    this.#refusals = new BurstLimit(clock, (amount) => log.say('warn', `${amount} more lines with copies refused`));
  }

  /**
   * Reads to the end, or until it is stopped; resolves when what was read is settled.
   *
   * @throws what ended the reading too early: the input failed, the outbox for good, or nothing can be acknowledged any more
   */
  async run(): Promise<void> {
    const { stream } = this.#options;
    try {
      for await (const line of readLines(stream, (bytes) => (this.counts.bytes += bytes))) {
        while (!this.#stopped && (this.#inFlight.isFull || this.#troubled > 0)) {
          await Promise.race([this.#inFlight.change(), this.#stop]);
        }
        if (this.#stopped) {
          this.counts.leave(line.number);
          break;
        }
        void this.#take(line);
      }
    } catch (error) {
      // Ending the stream is how the reading is stopped.
      if (!this.#stopped) this.#failure = error as Error;
    }
    while (!this.#inFlight.isEmpty) await this.#inFlight.change();
    this.#badLines.flush();
    this.#refusals.flush();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Reads nothing more. What is under way is still settled; what waits to be tried again is not taken. */
  stop(): void {
    this.#stopped = true;
    this.#options.stream.destroy();
    this.#stopNow();
  }

  /** Ends the reading for what will not get better. */
  #end(error: unknown): void {
    if (this.#stopped) return;
    this.#failure ??= error as Error;
    this.stop();
  }

  async #take(line: InputLine): Promise<void> {
    const bytes = line.bytes?.length ?? 0;
    this.#inFlight.add(bytes);
    try {
      const acknowledgement = await this.#handOver(line);
      if (acknowledgement !== undefined) await this.#options.acknowledge(acknowledgement);
    } catch (error) {
      this.#end(error);
    } finally {
      this.#inFlight.remove(bytes);
    }
  }

  async #handOver(line: InputLine): Promise<Acknowledgement | undefined> {
    let parsed: ParsedLine | undefined;
    try {
      parsed = parseLine(line);
    } catch (error) {
      this.counts.read++;
      return this.#refuse(line.number, failureOf(error));
    }
    if (parsed === undefined) return undefined;
    return this.#dispatch(line.number, parsed);
  }

  /** Tries until the line is taken, can never be, or nothing is taken any more. */
  async #dispatch(number: number, { value, text }: ParsedLine): Promise<Acknowledgement | undefined> {
    const { source, dispatch } = this.#options;
    const fallback = fallbackId(value, source, number, text);
    for (let tries = 1; ; tries++) {
      const outcome = await settled(dispatch(value as Envelope, fallback));
      if (outcome.receipt !== undefined) {
        this.counts.read++;
        if (tries > 1) this.#recovered(number);
        return this.#accepted(number, outcome.receipt);
      }
      const { error } = outcome;
      const failure = failureOf(error);
      const isHopeless = !(error instanceof DestError) && tries >= MAX_UNEXPECTED_TRIES;
      if (failure.retry === 'permanent' || isHopeless) {
        if (tries > 1) this.#troubled--;
        this.counts.read++;
        return this.#refuse(number, failure);
      }
      if (FATAL.test(failure.code)) this.#end(error);
      if (tries === 1) this.#trouble(number, failure);
      await this.#pause(retryDelay(tries, failure.retryAfterMs));
      if (this.#stopped) {
        this.counts.leave(number);
        return undefined;
      }
    }
  }

  #accepted(line: number, { id, duplicate, refused }: Receipt): Acknowledgement {
    if (duplicate) this.counts.duplicates++;
    else this.counts.accepted++;
    if (refused.length === 0) return { line, id, duplicate };
    const destinations = refused.map(({ destination }) => destination);
    for (const destination of destinations) this.counts.refuse(destination);
    this.#refusals.tell(() => {
      const message = `line ${line}: not kept for ${destinations.join(', ')}, whose lane is full`;
      this.#options.log.say('warn', message, { line, id, refused: destinations });
    });
    return { line, id, duplicate, refused: destinations };
  }

  #refuse(line: number, { code, message }: Failure): Acknowledgement {
    this.counts.bad++;
    this.#badLines.tell(() => {
      this.#options.log.say('warn', `line ${line}: ${code} ${message}`, { line, code });
    });
    return { line, error: { code, message } };
  }

  #trouble(line: number, { code, message }: Failure): void {
    this.#troubled++;
    if (this.#troubled > 1 || this.#stopped) return;
    const text = `line ${line} is not taken: ${code} ${message} It is tried again; nothing more is read meanwhile.`;
    this.#options.log.say('warn', text, { line, code });
  }

  #recovered(line: number): void {
    this.#troubled--;
    if (this.#troubled > 0) return;
    this.#options.log.say('info', `line ${line} is taken: the reading goes on.`, { line });
  }

  #pause(delayMs: number): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    let cancel = (): void => undefined;
    const over = new Promise<void>((resolve) => (cancel = this.#options.clock.schedule(delayMs, resolve)));
    return Promise.race([over, this.#stop]).finally(cancel);
  }
}

type Outcome = { readonly receipt: Receipt } | { readonly receipt?: never; readonly error: unknown };

async function settled(dispatching: Promise<Receipt>): Promise<Outcome> {
  try {
    return { receipt: await dispatching };
  } catch (error) {
    return { error };
  }
}

import { DestError, failureOf, type Clock, type Envelope, type Failure } from '@dest/core';
import type { Receipt } from '@dest/host';
import type { Readable } from 'node:stream';
import { fallbackId } from '../input/fallback-id';
import type { LineSource } from '../input/line-id';
import { parseLine } from '../input/parse-line';
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
  /** Is handed what a line says, which is nobody else's, and its text. */
  readonly dispatch: (envelope: Envelope, json: Buffer, options: { readonly fallbackId?: string }) => Promise<Receipt>;
  /** Is told of each line; the next ones wait until it is done. Rejects where it can't be told any more: that ends the reading. */
  readonly acknowledge?: (acknowledgement: Acknowledgement) => Promise<void>;
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
  /** What ends the waiting of those who are about to be tried again. */
  readonly #pauses = new Set<() => void>();
  #stopped = false;
  #failure: Error | undefined;
  /** Lines that wait to be tried again. */
  #troubled = 0;

  constructor(options: LineIntakeOptions) {
    const { clock, log } = options;
    this.#options = options;
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
      for await (const lines of readLines(stream, (bytes) => (this.counts.bytes += bytes))) {
        for (const line of lines) {
          while (!this.#stopped && (this.#inFlight.isFull || this.#troubled > 0)) await this.#inFlight.change();
          if (this.#stopped) {
            this.counts.leave(line.number);
            break;
          }
          void this.#take(line);
        }
        if (this.#stopped) break;
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
    for (const end of this.#pauses) end();
    this.#inFlight.wake();
  }

  /** Ends the reading for what will not get better. */
  #end(error: unknown): void {
    if (this.#stopped) return;
    this.#failure ??= error as Error;
    this.stop();
  }

  /** Never rejects. */
  async #take(line: InputLine): Promise<void> {
    const { acknowledge } = this.#options;
    const bytes = line.bytes?.length ?? 0;
    this.#inFlight.add(bytes);
    try {
      let receipt: Receipt | undefined;
      let failure: { readonly error: unknown } | undefined;
      try {
        receipt = await this.#handOver(line);
      } catch (error) {
        failure = { error };
      }
      const acknowledgement =
        failure === undefined ? this.#accepted(line.number, receipt) : await this.#tryAgain(line, failure.error);
      if (acknowledgement !== undefined) await acknowledge?.(acknowledgement);
    } catch (error) {
      this.#end(error);
    } finally {
      this.#inFlight.remove(bytes);
    }
  }

  /** Tries a line that failed until it is taken, can never be, or nothing is taken any more. */
  async #tryAgain(line: InputLine, first: unknown): Promise<Acknowledgement | undefined> {
    const { number } = line;
    let error = first;
    for (let tries = 1; ; tries++) {
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
      let receipt: Receipt | undefined;
      try {
        receipt = await this.#handOver(line);
      } catch (again) {
        error = again;
        continue;
      }
      this.#recovered(number);
      return this.#accepted(number, receipt);
    }
  }

  /**
   * What was read of the line is not held: it is read again where it is tried again. Undefined where it is blank.
   *
   * @throws what is wrong with the line
   */
  #handOver(line: InputLine): Promise<Receipt> | undefined {
    const parsed = parseLine(line);
    if (parsed === undefined) return undefined;
    const { value, text, bytes } = parsed;
    const { source, dispatch } = this.#options;
    return dispatch(value as Envelope, bytes, fallbackId(value, source, line.number, text));
  }

  /** Without a receipt the line was blank. */
  #accepted(line: number, receipt: Receipt | undefined): Acknowledgement | undefined {
    if (receipt === undefined) return undefined;
    const { id, duplicate, refused } = receipt;
    this.counts.read++;
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
    return new Promise<void>((resolve) => {
      const end = (): void => {
        this.#pauses.delete(end);
        cancel();
        resolve();
      };
      let cancel = (): void => undefined;
      this.#pauses.add(end);
      cancel = this.#options.clock.schedule(delayMs, end);
    });
  }
}

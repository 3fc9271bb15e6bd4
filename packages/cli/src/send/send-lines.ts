import { failureOf, type Clock, type Envelope } from '@dest/core';
import type { Host, Receipt } from '@dest/host';
import type { BadLines } from '../input/bad-lines';
import type { EventsInput } from '../input/events-input';
import { lineId } from '../input/line-id';
import { parseLine } from '../input/parse-line';
import { readLines, type InputLine } from '../input/read-lines';
import type { Progress } from '../output/progress';
import type { DeliveryTally } from './delivery-tally';
import type { LaneGate } from './lane-gate';

/** So many lines are handed over at once: a durable outbox writes them to disk together. */
const GROUP = 64;

export interface SendLinesOptions {
  readonly host: Host;
  readonly input: EventsInput;
  readonly tally: DeliveryTally;
  readonly badLines: BadLines;
  readonly gate: LaneGate;
  readonly progress: Progress;
  readonly clock: Clock;
  /** When the run began, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** Whether to stop reading. */
  readonly stopped: () => boolean;
}

/** What became of the lines. */
export interface LineCounts {
  /** Lines that are not blank. */
  readonly read: number;
  readonly accepted: number;
  readonly duplicates: number;
  /** What ended the reading too early. */
  readonly failure?: unknown;
}

/** Hands every line of the input to the host. A line that is no envelope is noted and doesn't stop the rest. */
export async function sendLines(options: SendLinesOptions): Promise<LineCounts> {
  const { host, input, tally, badLines, gate, progress, clock, startedAt, stopped } = options;
  let read = 0;
  let bytes = 0;
  let accepted = 0;
  let duplicates = 0;
  let group: Promise<void>[] = [];

  const note = (receipt: Receipt): void => {
    if (receipt.duplicate) duplicates++;
    else accepted++;
    tally.accepted(receipt);
  };
  const send = async (line: InputLine): Promise<void> => {
    try {
      const parsed = parseLine(line);
      if (parsed === undefined) return;
      read++;
      note(await host.dispatch(parsed.value as Envelope, fallbackId(parsed.value, input, line.number, parsed.text)));
    } catch (error) {
      if (failureOf(error).retry !== 'permanent') throw error;
      badLines.add(line.number, error);
    }
  };
  const flush = async (): Promise<void> => {
    const pending = group;
    group = [];
    await Promise.all(pending);
    const { delivered, failed } = tally;
    progress.update({ bytes, lines: read, delivered, failed, elapsedMs: clock.now() - startedAt });
    await gate.pass();
  };
  const counts = (): LineCounts => ({ read: read, accepted, duplicates });
  try {
    for await (const line of readLines(input.stream, (more) => (bytes += more))) {
      if (stopped()) break;
      group.push(send(line));
      if (group.length >= GROUP) await flush();
    }
    await flush();
    return counts();
  } catch (failure) {
    await Promise.allSettled(group);
    // Ending the stream is how the reading is stopped.
    return stopped() ? counts() : { ...counts(), failure };
  }
}

/** Only for a line that has no id of its own: it costs a hash. */
function fallbackId(
  value: unknown,
  { source }: EventsInput,
  number: number,
  text: string,
): { readonly fallbackId?: string } {
  const envelope = value as { id?: unknown; event?: { id?: unknown } | null } | null;
  if (envelope?.id !== undefined || envelope?.event?.id !== undefined) return {};
  return { fallbackId: lineId(source, number, text) };
}

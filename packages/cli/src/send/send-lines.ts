import { failureOf, type Envelope } from '@dest/core';
import type { Host, Receipt } from '@dest/host';
import type { BadLines } from '../input/bad-lines';
import type { EventsInput } from '../input/events-input';
import { fallbackId } from '../input/fallback-id';
import { parseLine } from '../input/parse-line';
import { readLines, type InputLine } from '../input/read-lines';
import type { DeliveryTally } from './delivery-tally';
import type { LaneGate } from './lane-gate';
import type { LineCounts } from './line-counts';

/** So many lines are handed over at once: a durable outbox writes them to disk together. */
const GROUP = 64;

export interface SendLinesOptions {
  readonly host: Host;
  readonly input: EventsInput;
  readonly tally: DeliveryTally;
  readonly badLines: BadLines;
  readonly gate: LaneGate;
  /** Kept up to date while lines are read. */
  readonly counts: LineCounts;
  /** Whether to stop reading. */
  readonly stopped: () => boolean;
}

/**
 * Hands every line of the input to the host. A line that is no envelope is noted and doesn't stop the rest.
 *
 * @throws what ends the reading too early: the input, or the host, failed
 */
export async function sendLines(options: SendLinesOptions): Promise<void> {
  const { input, counts, gate, stopped } = options;
  let group: Promise<void>[] = [];
  const flush = async (): Promise<void> => {
    const pending = group;
    group = [];
    await Promise.all(pending);
    await gate.pass();
  };
  try {
    for await (const lines of readLines(input.stream, (bytes) => (counts.bytes += bytes))) {
      for (const line of lines) {
        if (stopped()) break;
        group.push(sendLine(line, options));
        if (group.length >= GROUP) await flush();
      }
      if (stopped()) break;
    }
    await flush();
  } catch (failure) {
    await Promise.allSettled(group);
    // Ending the stream is how the reading is stopped.
    if (!stopped()) throw failure;
  }
}

async function sendLine(line: InputLine, options: SendLinesOptions): Promise<void> {
  const { tally, badLines, counts } = options;
  try {
    const receipt = await handOver(line, options);
    if (receipt === undefined) return;
    counts.read++;
    if (receipt.duplicate) counts.duplicates++;
    else counts.accepted++;
    tally.accepted(receipt);
  } catch (error) {
    if (failureOf(error).retry !== 'permanent') throw error;
    counts.read++;
    badLines.add(line.number, error);
  }
}

/** What was read of the line is not held meanwhile. Undefined where it is blank. */
function handOver(line: InputLine, { host, input }: SendLinesOptions): Promise<Receipt> | undefined {
  const parsed = parseLine(line);
  if (parsed === undefined) return undefined;
  const { value, text, bytes } = parsed;
  return host.dispatchParsed(value as Envelope, bytes, fallbackId(value, input.source, line.number, text));
}

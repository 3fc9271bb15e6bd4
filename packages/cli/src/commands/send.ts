import { startHost, type Configuration, type Host } from '@dest/host';
import type { CommandContext, GlobalOptions } from '../command-context';
import { EXIT, worstOf, type ExitCode } from '../exit-codes';
import { BadLines } from '../input/bad-lines';
import { openEvents, type EventsInput } from '../input/events-input';
import { announceForcedEnd } from '../operator/announce-forced-end';
import { describeOutboxInUse } from '../operator/outbox-in-use';
import { formatNumber } from '../output/count';
import { loggerFor } from '../output/logger';
import { noteUnavailable } from '../output/note-unavailable';
import { startProgress } from '../output/progress';
import { reportProblem } from '../output/report-problem';
import { DeliveryTally } from '../send/delivery-tally';
import { LaneGate } from '../send/lane-gate';
import { printSendReport } from '../send/print-send-report';
import { LineCounts } from '../send/line-counts';
import { sendExitCode } from '../send/send-exit-code';
import { sendLines } from '../send/send-lines';
import { reportDestinations, type SendReport } from '../send/send-report';

/** How long what was taken in may still be delivered after a signal. */
const INTERRUPTED_DRAIN_MS = 2_000;

export interface SendOptions extends GlobalOptions {
  /** How long to wait for what is not delivered after the last line, in seconds. */
  readonly giveUpAfter: number;
}

/** `dest send [events]`: delivers every line of a file or of stdin, then reports. */
export async function send(
  context: CommandContext,
  events: string | undefined,
  options: SendOptions,
): Promise<ExitCode> {
  const input = await openEvents(events, context.stdin);
  const tally = new DeliveryTally();
  let host: Host;
  const gate = new LaneGate({ lanes: () => host.lanes(), tally, clock: context.clock });
  try {
    host = await startHost({
      config: options.config,
      environment: context.environment,
      clock: context.clock,
      logger: loggerFor(context.console, options.verbose),
      intakes: false,
      observer: {
        settled: (settlement, settledAt) => {
          tally.settled(settlement, settledAt);
          gate.settled();
        },
      },
    });
  } catch (error) {
    input.stream.destroy();
    throw await describeOutboxInUse(error, options, context.environment);
  }
  context.console.redactWith((text) => host.redact(text));
  context.faults.watch(host.application, context.console);
  noteUnavailable(context.console, host.application);
  for (const { destination, state, waiting } of await host.lanes()) {
    if (state === 'orphaned') continue;
    const counts = tally.of(destination);
    counts.earlier = waiting + counts.delivered + counts.failed;
  }
  return deliver(context, options, { host, input, tally, gate });
}

interface Run {
  readonly host: Host;
  readonly input: EventsInput;
  readonly tally: DeliveryTally;
  readonly gate: LaneGate;
}

async function deliver(context: CommandContext, options: SendOptions, run: Run): Promise<ExitCode> {
  const { console, clock, interruption } = context;
  const { host, input, tally, gate } = run;
  const startedAt = clock.now();
  const badLines = new BadLines(console);
  const counts = new LineCounts();
  const stopProgress = startProgress(console, input.size, () => ({
    bytes: counts.bytes,
    lines: counts.read,
    delivered: tally.delivered,
    failed: tally.failed,
    elapsedMs: clock.now() - startedAt,
  }));
  let interrupted = (): void => undefined;
  const interrupt = new Promise<void>((resolve) => (interrupted = resolve));
  const forget = interruption.onInterrupt(() => {
    console.note(`${interruption.signal}: nothing more is read. A second one ends it at once.`);
    input.stream.destroy();
    gate.open();
    interrupted();
  });
  const forgetForce = announceForcedEnd(interruption, host, (text) => console.note(text));
  const stopped = (): boolean => interruption.signal !== undefined;

  let failure: unknown;
  try {
    await sendLines({ host, input, tally, badLines, counts, gate, stopped });
  } catch (error) {
    failure = error;
  }
  if (!stopped()) {
    const timeoutMs = options.giveUpAfter * 1_000;
    await Promise.race([host.drain({ waitForRetries: true, timeoutMs }), interrupt]);
  }
  // What can be delivered at once still is: nothing else keeps it.
  if (stopped()) await host.drain({ timeoutMs: INTERRUPTED_DRAIN_MS });
  const lanes = await host.lanes();
  const openBefore = new Map([...tally.entries()].map(([id, { open }]) => [id, open]));
  await host.close();
  forget();
  forgetForce();
  stopProgress();
  badLines.summarize();

  const report: SendReport = {
    lines: { read: counts.read, accepted: counts.accepted, duplicates: counts.duplicates, bad: badLines.count },
    badLines: badLines.list,
    destinations: reportDestinations(host.application, tally, lanes, openBefore),
    durationMs: clock.now() - startedAt,
  };
  await (options.json ? console.printJson(report) : printSendReport(console, report));
  noteWaiting(context, report, host.application.configuration.outbox);
  if (interruption.signal !== undefined) return EXIT[interruption.signal];
  const exitCode = sendExitCode(report, host.application);
  if (failure === undefined) return exitCode;
  return worstOf([exitCode, EXIT.failed, await reportProblem(console, failure, false)]);
}

/** Nobody should take what is waiting for something that was lost, nor the other way round. */
function noteWaiting(
  { console, interruption }: CommandContext,
  { destinations }: SendReport,
  outbox: Configuration['outbox'],
): void {
  const waiting = destinations.reduce((sum, { state, waiting: own }) => sum + (state === 'disabled' ? 0 : own), 0);
  if (waiting === 0) return;
  const { noteColors: colors } = console;
  const again =
    interruption.signal === undefined ? 'Mend what is wrong and send the events again.' : 'Send the events again.';
  const what =
    outbox.type === 'memory'
      ? `they waited in memory and end with this command. ${again}`
      : `they are kept in ${outbox.type === 'sqlite' ? outbox.path : `the outbox ${outbox.package}`}, and delivered by the next dest run or dest send.`;
  console.note(colors.yellow(`\n${formatNumber(waiting)} not delivered: ${what}`));
}

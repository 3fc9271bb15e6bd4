import { ConfigurationError, messageOf, TransientError } from '@dest/core';
import { startHost, type ControlServer, type Host } from '@dest/host';
import { randomUUID } from 'node:crypto';
import type { CommandContext, GlobalOptions } from '../command-context';
import { EXIT, worstOf, type ExitCode } from '../exit-codes';
import { checkStdin } from '../input/check-stdin';
import { streamSource } from '../input/line-id';
import { announceForcedEnd } from '../operator/announce-forced-end';
import { describeOutboxInUse } from '../operator/outbox-in-use';
import type { Console } from '../output/console';
import { count } from '../output/count';
import { startProgress } from '../output/progress';
import { ownVersion } from '../own-version';
import type { Acknowledgement } from '../run-host/acknowledgement';
import { EarlyHangup } from '../run-host/early-hangup';
import { LineIntake } from '../run-host/line-intake';
import { notifySystemd } from '../run-host/notify-systemd';
import { openControl } from '../run-host/open-control';
import { Reloader } from '../run-host/reloader';
import { renderRunReport } from '../run-host/render-run-report';
import { createRunLog, type RunLog } from '../run-host/run-log';
import { reportIntakes } from '../run-host/intake-report';
import { reportLanes, type RunReport } from '../run-host/run-report';
import { RunTally } from '../run-host/run-tally';
import { readText, watchConfiguration } from '../run-host/watch-configuration';

export interface RunHostOptions extends GlobalOptions {
  /** False: nothing is read. */
  readonly stdin: boolean;
  /** End when stdin does, and what is due is delivered. */
  readonly untilEof: boolean;
  /** Print a line when one is on disk. */
  readonly acks: boolean;
  /** Read the configuration again when its file changes. */
  readonly watch: boolean;
}

/** `dest run`: a host that goes on until it is told to end. */
export async function runHost(context: CommandContext, options: RunHostOptions): Promise<ExitCode> {
  const { console, clock, environment } = context;
  if (options.acks) console.keepProblemsAside();
  const readsStdin = options.stdin && context.stdin.isTTY !== true;
  if (options.untilEof && !readsStdin) {
    throw new ConfigurationError(
      'With --until-eof something has to come in: pipe lines into stdin, and leave out --no-stdin.',
      { code: 'INPUT_MISSING' },
    );
  }
  if (readsStdin) checkStdin(context.stdin);
  const log = createRunLog({ console, clock, json: options.json, verbose: options.verbose });
  const startedAt = clock.now();
  const known = options.watch ? await readText(options.config) : undefined;
  const tally = new RunTally();
  const early = new EarlyHangup(context.hangup);
  try {
    let host: Host;
    try {
      host = await startHost({ config: options.config, environment, clock, logger: log.logger, observer: tally });
    } catch (error) {
      throw await describeOutboxInUse(error, options, environment);
    }
    return await new HostRun({ context, options, log, host, tally, startedAt, known, readsStdin, early }).run();
  } finally {
    early.end();
  }
}

interface HostRunParts {
  readonly context: CommandContext;
  readonly options: RunHostOptions;
  readonly log: RunLog;
  readonly host: Host;
  readonly tally: RunTally;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** The text of the configuration when it was read, where it is watched. */
  readonly known: string | undefined;
  readonly readsStdin: boolean;
  readonly early: EarlyHangup;
}

class HostRun {
  readonly #parts: HostRunParts;
  readonly #intake: LineIntake;
  readonly #reloader: Reloader;
  /** What has to be ended, last first. */
  readonly #ends: (() => void)[] = [];
  #failure: unknown;

  constructor(parts: HostRunParts) {
    const { context, options, log, host } = parts;
    const { console, clock, faults } = context;
    this.#parts = parts;
    console.redactWith((text) => host.redact(text));
    faults.watch(host.application, console);
    this.#reloader = new Reloader({ host, log, onTaken: () => faults.watch(host.application, console) });
    this.#intake = new LineIntake({
      stream: context.stdin,
      source: streamSource(randomUUID()),
      dispatch: (envelope, json, fallback) => host.dispatchParsed(envelope, json, fallback),
      ...(options.acks ? { acknowledge: (entry) => acknowledge(console, entry) } : {}),
      clock,
      log,
    });
  }

  async run(): Promise<ExitCode> {
    const { host } = this.#parts;
    try {
      const report = await this.#untilTheEnd();
      await this.#print(report);
      return this.#exitCode(report);
    } finally {
      this.#end();
      await host.close();
    }
  }

  async #untilTheEnd(): Promise<RunReport> {
    const { context, options, host, log, startedAt } = this.#parts;
    const { interruption, environment } = context;
    let interrupt = (): void => undefined;
    const interrupted = new Promise<void>((resolve) => (interrupt = resolve));
    const takeBack = interruption.onInterrupt(() => {
      log.say('info', `${interruption.signal}: nothing more is read. A second one ends it at once.`);
      interrupt();
    });
    this.#ends.push(takeBack);
    this.#ends.push(announceForcedEnd(interruption, host, (text) => log.say('warn', text)));
    const identity = { config: options.config, version: ownVersion(), startedAt };
    const control = await openControl(host, this.#reloader, identity);
    this.#listen();
    const reading = this.#read();
    this.#sayReady(control);
    await Promise.race([interrupted, reading.then((ended) => (ended ? this.#drain() : interrupted))]);
    notifySystemd('STOPPING=1', environment, () => undefined);
    await this.#stopReading(reading);
    await control.close();
    return this.#close();
  }

  #end(): void {
    for (const end of this.#ends.splice(0).reverse()) end();
  }

  #listen(): void {
    const { context, options, known, log, tally, startedAt, early } = this.#parts;
    const { clock, console, hangup } = context;
    const onHangup = (): void => void this.#reloader.tryReload('SIGHUP');
    this.#ends.push(hangup.onHangup(onHangup));
    if (early.end()) onHangup();
    if (options.watch) {
      const onChange = (): void => void this.#reloader.tryReload(`${options.config} has changed`);
      const onFallback = (reason: string): void =>
        log.say('warn', `Changes of ${options.config} can't be watched: ${reason}. It is looked at now and then.`);
      this.#ends.push(watchConfiguration({ file: options.config, known, clock, onChange, onFallback }));
    }
    if (options.json) return;
    const { counts } = this.#intake;
    const stopProgress = startProgress(console, undefined, () => ({
      bytes: counts.bytes,
      lines: counts.read,
      delivered: tally.delivered,
      failed: tally.failed,
      elapsedMs: clock.now() - startedAt,
    }));
    this.#ends.push(stopProgress);
  }

  /** Resolves to whether the host should end since the reading has. */
  async #read(): Promise<boolean> {
    const { context, options, log, readsStdin } = this.#parts;
    if (!readsStdin) return false;
    try {
      await this.#intake.run();
    } catch (error) {
      this.#failure = error;
      const { code } = error as { code?: unknown };
      log.say('error', `The reading has ended: ${messageOf(error)}`, { code });
      return true;
    }
    if (context.interruption.signal === undefined) {
      log.say('info', `stdin has ended after ${count(this.#intake.counts.read, 'line')}.`);
    }
    return options.untilEof;
  }

  #sayReady(control: ControlServer): void {
    const { context, host, log, readsStdin } = this.#parts;
    const { environment } = context;
    const { destinations, intakes } = host.application;
    const taken = intakes.length === 0 ? '' : `, ${count(intakes.length, 'intake')}`;
    const input = readsStdin ? 'lines from stdin' : 'nothing from stdin';
    const what = `${count(destinations.length, 'destination')}${taken}, ${input}, operated by ${control.address}`;
    log.say('info', `Ready: ${what} (process ${process.pid}).`, { pid: process.pid, control: control.address });
    notifySystemd('READY=1', environment, (message) => log.say('warn', `systemd can't be told: ${message}.`));
  }

  /** What can't be handed over, or acknowledged, in time is left. */
  async #stopReading(reading: Promise<unknown>): Promise<void> {
    const { context, host, readsStdin } = this.#parts;
    if (readsStdin) this.#intake.stop();
    const { shutdownMs } = host.application.configuration;
    let cancel = (): void => undefined;
    const expired = new Promise<void>((resolve) => (cancel = context.clock.schedule(shutdownMs, resolve)));
    await Promise.race([reading, expired]);
    cancel();
  }

  /** Delivers what is due, and what is soon. */
  async #drain(): Promise<void> {
    if (this.#failure !== undefined) return;
    const { host } = this.#parts;
    await host.drain();
    await host.drain({ waitForRetries: true, timeoutMs: host.application.configuration.shutdownMs });
  }

  async #close(): Promise<RunReport> {
    const { context, host, tally, startedAt } = this.#parts;
    const { configuration, destinations } = host.application;
    const { outbox } = configuration;
    const kept = outbox.type === 'plugin' ? outbox.package : outbox.type === 'sqlite' ? outbox.path : null;
    const configured = new Set(destinations.map(({ compiled }) => compiled.destination.id));
    const { counts } = this.#intake;
    // An outbox that failed for good can't tell.
    const before = await host.lanes().catch(() => []);
    const intakesBefore = host.intakes();
    await host.close();
    const intakes = reportIntakes(intakesBefore, host.intakes());
    const left = await host.lanes();
    this.#end();
    const { read, accepted, duplicates, bad, notTaken, firstNotTaken } = counts;
    return {
      lines: { read, accepted, duplicates, bad, notTaken, firstNotTaken: firstNotTaken ?? null },
      lanes: reportLanes(before, left, tally, counts, configured),
      ...(intakes.length === 0 ? {} : { intakes }),
      outbox: kept,
      durationMs: context.clock.now() - startedAt,
    };
  }

  /** With acknowledgements nothing else is on stdout. */
  async #print(report: RunReport): Promise<void> {
    const { context, options, log } = this.#parts;
    const { console } = context;
    if (options.acks && options.json) log.say('info', 'Ended.', { ...report });
    else if (options.json) await console.printJson(report);
    else if (options.acks) console.note(renderRunReport(report, console.noteColors));
    else await console.print(renderRunReport(report, console.colors));
  }

  #exitCode({ lines, lanes }: RunReport): ExitCode {
    const { context, host } = this.#parts;
    const { signal } = context.interruption;
    if (this.#failure !== undefined) return EXIT.failed;
    if (signal !== undefined) return EXIT[signal];
    // What is held as somebody wants it is not left over.
    const active = lanes.filter(({ state }) => state !== 'orphaned' && state !== 'disabled');
    const isLeft = active.some(({ failed, refused, waiting }) => failed + refused + waiting > 0);
    const isMissing = host.application.plugins.some(({ issue }) => issue !== undefined);
    return worstOf([
      lines.bad > 0 ? EXIT.invalid : EXIT.done,
      isLeft ? EXIT.failed : EXIT.done,
      isMissing ? EXIT.environment : EXIT.done,
    ]);
  }
}

/** @throws TransientError `ACKS_NOT_WRITTEN`: who sends would wait for ever, or take for lost what was taken */
async function acknowledge(console: Console, acknowledgement: Acknowledgement): Promise<void> {
  const { stdout } = console;
  await console.printJson(acknowledgement, 0);
  if (!stdout.closed) return;
  const why = stdout.failure?.message ?? 'whoever read them is gone';
  const message = `The acknowledgements can't be written to stdout: ${why}. Start it again with a reader, or without --acks.`;
  throw new TransientError(message, { code: 'ACKS_NOT_WRITTEN', cause: stdout.failure });
}

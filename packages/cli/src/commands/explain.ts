import { ConfigurationError, type Envelope } from '@dest/core';
import { acceptEnvelope, type Application, type ConfiguredDestination, type ValidEnvelope } from '@dest/host';
import type { CommandContext, GlobalOptions } from '../command-context';
import { EXIT, type ExitCode } from '../exit-codes';
import { explainDecision, type Explanation } from '../explain/explanation';
import { renderExplanation } from '../explain/render-explanation';
import { BadLines } from '../input/bad-lines';
import { openEvents, type EventsInput } from '../input/events-input';
import { lineId } from '../input/line-id';
import { parseLine } from '../input/parse-line';
import { readLines, type InputLine } from '../input/read-lines';
import { indent } from '../output/indent';
import { noteUnavailable } from '../output/note-unavailable';
import { load } from './load';

export interface ExplainOptions extends GlobalOptions {
  /** The only destination to explain; absent for all. */
  readonly destination?: string;
}

/** `dest explain [events]`: for each envelope which destinations receive it, why, and what. Delivers nothing. */
export async function explain(
  context: CommandContext,
  events: string | undefined,
  options: ExplainOptions,
): Promise<ExitCode> {
  const loaded = await load(context, options);
  if (loaded.application === undefined) return loaded.exitCode;
  const { application } = loaded;
  try {
    const destinations = chooseDestinations(application, options.destination);
    const input = await openEvents(events, context.stdin);
    noteUnavailable(context.console, application);
    return await explainLines(context, options, application, destinations, input);
  } finally {
    await application.close();
  }
}

function chooseDestinations(
  { destinations }: Application,
  wanted: string | undefined,
): ReadonlyMap<string, ConfiguredDestination> {
  const byId = new Map(destinations.map((configured) => [configured.compiled.destination.id, configured]));
  if (wanted === undefined) return byId;
  const only = byId.get(wanted);
  if (only !== undefined) return new Map([[wanted, only]]);
  throw new ConfigurationError(`There is no destination ${wanted}. There are: ${[...byId.keys()].join(', ')}.`, {
    code: 'DESTINATION_UNKNOWN',
  });
}

async function explainLines(
  context: CommandContext,
  options: ExplainOptions,
  application: Application,
  destinations: ReadonlyMap<string, ConfiguredDestination>,
  input: EventsInput,
): Promise<ExitCode> {
  const { console, clock, interruption } = context;
  const badLines = new BadLines(console);
  const forget = interruption.onInterrupt(() => input.stream.destroy());
  const explainLine = async (line: InputLine): Promise<void> => {
    const accepted = accept(line, input, badLines);
    if (accepted === undefined) return;
    const now = clock.now();
    const explanations = application.router.route(accepted.envelope, { now }).flatMap((decision) => {
      const configured = destinations.get(decision.compiled.destination.id);
      return configured === undefined ? [] : [explainDecision(decision, configured, accepted, now)];
    });
    await print(context, options, line.number, accepted, explanations);
  };
  try {
    for await (const lines of readLines(input.stream)) {
      for (const line of lines) {
        if (console.stdout.closed || interruption.signal !== undefined) break;
        await explainLine(line);
      }
      if (console.stdout.closed || interruption.signal !== undefined) break;
    }
  } catch (error) {
    if (interruption.signal === undefined) throw error;
  } finally {
    forget();
    input.stream.destroy();
  }
  badLines.summarize();
  if (interruption.signal !== undefined) return EXIT[interruption.signal];
  return badLines.count > 0 ? EXIT.invalid : EXIT.done;
}

function accept(line: InputLine, { source }: EventsInput, badLines: BadLines): ValidEnvelope | undefined {
  try {
    const parsed = parseLine(line);
    if (parsed === undefined) return undefined;
    return acceptEnvelope(parsed.value, lineId(source, line.number, parsed.text));
  } catch (error) {
    badLines.add(line.number, error);
    return undefined;
  }
}

async function print(
  { console }: CommandContext,
  { json }: ExplainOptions,
  line: number,
  { id, envelope }: ValidEnvelope,
  explanations: readonly Explanation[],
): Promise<void> {
  if (json) {
    for (const explanation of explanations) await console.printJson(jsonOf(line, explanation), 0);
    return;
  }
  const { colors } = console;
  const title = `${colors.bold(`line ${line}`)} ${titleOf(envelope)} ${colors.dim(id)}`;
  const body = explanations.map((explanation) => indent(renderExplanation(explanation, colors), 2));
  await console.print(`${[title, ...body].join('\n')}\n`);
}

function titleOf({ event, profile }: Envelope): string {
  if (event !== undefined) return event.type;
  return profile?.id === undefined ? 'a profile' : `profile ${profile.id}`;
}

function jsonOf(line: number, explanation: Explanation): object {
  const { destination, selected, issues, reason, condition, data } = explanation;
  return { line, destination, selected, available: issues.length === 0, reason, condition, data };
}

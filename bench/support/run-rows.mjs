// The rows of a command line, one after another; a table, a file of JSON lines, an exit code.
import { cpus } from 'node:os';
import { RUNS } from './in-turn.mjs';
import { Report } from './report.mjs';
import { MissingServerError } from './server.mjs';
import { SkippedError } from './skipped-error.mjs';

/** Shorter or fewer runs tell whether a row works, not whether it is fast enough. */
const isDevelopment = ['RUNS', 'MEASURE_MS', 'SOAK_MINUTES'].some((name) => process.env[`DEST_BENCH_${name}`]);

/**
 * The rows that the command line names, or all. Ends the process with 2 where it names one that there isn't.
 *
 * @param {readonly string[]} known
 */
export function chosenRows(known) {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
  const names = process.argv.length > 2 ? process.argv.slice(2) : known;
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return names;
  console.error(`There is no row ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  process.exit(2);
}

/**
 * Measures, prints, writes. The process will end with 1 where a row failed or missed what is asked for.
 *
 * @param {Record<string, (report: { add(result: object): void }) => Promise<void>>} rows
 * @param {readonly string[]} names - which of them
 * @param {URL} file - where the JSON lines go; those of other rows stay
 * @param {() => string} machine - what else is told of it
 * @param {readonly string[]} warnings - what makes the figures worth less
 */
export async function runRows({ rows, names, file, machine = () => '', warnings = [] }) {
  const results = [];
  const notes = [...warnings];
  for (const name of names) {
    try {
      await rows[name]({ add: (result) => results.push(result) });
    } catch (error) {
      notes.push(`${name}: ${reasonOf(error)}`);
      if (!(error instanceof SkippedError)) process.exitCode = 1;
    }
  }
  const report = new Report(file);
  report.head(`Medians of ${RUNS} runs in turn`);
  for (const result of results) report.add(result);
  report.note(`\nNode ${process.version}, ${cpus().length} × ${cpus()[0].model}${machine()}`);
  for (const note of notes) report.note(note);
  if (report.missed.length > 0) {
    report.note(`\nMISSED: ${report.missed.join(', ')}`);
    if (!isDevelopment) process.exitCode = 1;
  }
  if (results.length > 0) report.write({ keepOthers: true });
}

function reasonOf(error) {
  if (error instanceof SkippedError) return `skipped: ${error.message}`;
  return error instanceof MissingServerError ? error.message : error.stack;
}

import type { Colors } from '../output/colors';
import type { Console } from '../output/console';
import { count, formatNumber } from '../output/count';
import { formatDuration } from '../output/format-duration';
import { indent } from '../output/indent';
import { renderTable, type Column } from '../output/table';
import type { DestinationReport, SendReport } from './send-report';

const COLUMNS: readonly Column[] = [
  { title: 'destination' },
  { title: 'matched', align: 'right' },
  { title: 'skipped' },
  { title: 'delivered', align: 'right' },
  { title: 'retried', align: 'right' },
  { title: 'failed', align: 'right' },
  { title: 'waiting', align: 'right' },
  { title: 'p50', align: 'right' },
  { title: 'p99', align: 'right' },
];

/** Prints a run's table, its figures, and why each destination that is not well is not. */
export async function printSendReport(console: Console, report: SendReport): Promise<void> {
  const { colors } = console;
  const rows = report.destinations.map((destination) => rowOf(destination, colors));
  if (rows.length > 0) await console.print(`${renderTable(COLUMNS, rows, colors)}\n`);
  await console.print(figuresOf(report, colors));
  const earlier = report.destinations.reduce((sum, destination) => sum + destination.earlier, 0);
  const { accepted, duplicates } = report.lines;
  if (accepted === 0 && duplicates > 0) {
    await console.print(
      colors.yellow('All of it was taken in before, by these ids: nothing is delivered a second time.'),
    );
  }
  if (earlier > 0)
    await console.print(colors.dim(`${formatNumber(earlier)} waited from earlier runs and count as well`));
  for (const destination of report.destinations) {
    const trouble = troubleOf(destination, colors);
    if (trouble !== undefined) await console.print(`\n${trouble}`);
  }
}

function rowOf(report: DestinationReport, colors: Colors): string[] {
  const { destination, matched, delivered, retried, failed, waiting, p50Ms, p99Ms } = report;
  const when = (amount: number, paint: (text: string) => string): string =>
    amount === 0 ? colors.dim('0') : paint(formatNumber(amount));
  const latency = (milliseconds: number | null): string =>
    milliseconds === null ? colors.dim('–') : formatDuration(milliseconds);
  return [
    isWell(report) ? destination : colors.red(destination),
    formatNumber(matched),
    skippedOf(report, colors),
    when(delivered, colors.green),
    when(retried, colors.yellow),
    when(failed, colors.red),
    when(waiting, colors.yellow),
    latency(p50Ms),
    latency(p99Ms),
  ];
}

/** A line per reason, the most frequent first. */
function skippedOf({ skipped }: DestinationReport, colors: Colors): string {
  const reasons = Object.entries(skipped).sort(([, left], [, right]) => right - left);
  if (reasons.length === 0) return colors.dim('–');
  return reasons.map(([reason, amount]) => `${formatNumber(amount)} ${colors.dim(reason)}`).join('\n');
}

function figuresOf({ lines, durationMs }: SendReport, colors: Colors): string {
  const { read, accepted, duplicates, bad } = lines;
  const rate = durationMs > 0 ? `, ${formatNumber(Math.round((read * 1_000) / durationMs))} lines/s` : '';
  return [
    `${count(read, 'line')} read`,
    `${formatNumber(accepted)} accepted`,
    ...(duplicates > 0 ? [colors.yellow(count(duplicates, 'duplicate'))] : []),
    bad > 0 ? colors.red(`${formatNumber(bad)} bad`) : '0 bad',
    `${formatDuration(durationMs)}${rate}`,
  ].join(colors.dim(' · '));
}

function isWell({ state, failed, refused, waiting }: DestinationReport): boolean {
  return failed + refused + waiting === 0 && state !== 'paused' && state !== 'unavailable';
}

function troubleOf(report: DestinationReport, colors: Colors): string | undefined {
  if (isWell(report)) return undefined;
  const { destination, state, failed, refused, waiting, lastFailure } = report;
  const figures = [
    ...(failed > 0 ? [`${formatNumber(failed)} failed`] : []),
    ...(refused > 0 ? [`${formatNumber(refused)} did not fit into its lane`] : []),
    ...(waiting > 0 ? [`${formatNumber(waiting)} waiting`] : []),
    ...(state === 'ready' || state === 'closed' ? [] : [state]),
  ];
  const why = lastFailure === null ? '' : `\n${indent(`${colors.red(lastFailure.code)} ${lastFailure.message}`, 2)}`;
  return `${colors.bold(destination)}${colors.dim(':')} ${figures.join(', ')}${why}`;
}

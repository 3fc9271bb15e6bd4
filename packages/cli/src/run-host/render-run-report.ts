import type { Colors } from '../output/colors';
import { count, formatNumber } from '../output/count';
import { formatDuration } from '../output/format-duration';
import { indent } from '../output/indent';
import { printable } from '../output/printable';
import { renderTable, type Column } from '../output/table';
import type { IntakeReport } from './intake-report';
import type { LaneReport, RunReport } from './run-report';

const COLUMNS: readonly Column[] = [
  { title: 'lane' },
  { title: 'delivered', align: 'right' },
  { title: 'retried', align: 'right' },
  { title: 'failed', align: 'right' },
  { title: 'refused', align: 'right' },
  { title: 'waiting', align: 'right' },
];

/** What became of everything while the host ran, and where the rest is. */
export function renderRunReport(report: RunReport, colors: Colors): string {
  const { lanes, lines, intakes = [], durationMs } = report;
  const { read, accepted, duplicates, bad } = lines;
  const figures = [
    `${count(read, 'line')} read`,
    `${formatNumber(accepted)} accepted`,
    ...(duplicates > 0 ? [colors.yellow(count(duplicates, 'duplicate'))] : []),
    bad > 0 ? colors.red(`${formatNumber(bad)} bad`) : '0 bad',
    formatDuration(durationMs),
  ];
  return [
    ...(lanes.length === 0
      ? []
      : [
          `${renderTable(
            COLUMNS,
            lanes.map((lane) => rowOf(lane, colors)),
            colors,
          )}\n`,
        ]),
    figures.join(colors.dim(' · ')),
    ...intakes.map((intake) => renderIntake(intake, colors)),
    ...lanes.flatMap((lane) => troubleOf(lane, colors)),
    ...restOf(report, colors),
  ].join('\n');
}

function rowOf({ lane, delivered, retried, failed, refused, waiting }: LaneReport, colors: Colors): string[] {
  const when = (amount: number, paint: (text: string) => string): string =>
    amount === 0 ? colors.dim('0') : paint(formatNumber(amount));
  return [
    lane,
    when(delivered, colors.green),
    when(retried, colors.yellow),
    when(failed, colors.red),
    when(refused, colors.red),
    when(waiting, colors.yellow),
  ];
}

function renderIntake({ intake, state, failure, accepted, duplicates, refused }: IntakeReport, colors: Colors): string {
  const figures = [
    `${formatNumber(accepted)} accepted`,
    ...(duplicates > 0 ? [colors.yellow(count(duplicates, 'duplicate'))] : []),
    ...(refused > 0 ? [colors.red(`${formatNumber(refused)} refused`)] : []),
    ...(failure === null ? [] : [`${state}: ${colors.red(failure.code)} ${printable(failure.message)}`]),
  ];
  return `${colors.bold(`intake ${intake}`)}${colors.dim(':')} ${figures.join(colors.dim(' · '))}`;
}

function troubleOf({ lane, state, failed, waiting, lastFailure }: LaneReport, colors: Colors): readonly string[] {
  if (lastFailure === null || failed + waiting === 0) return [];
  const why = `${colors.red(lastFailure.code)} ${printable(lastFailure.message)}`;
  return [`\n${colors.bold(lane)}${colors.dim(':')} ${state}\n${indent(why, 2)}`];
}

/** Nobody should take for lost what is kept, nor the other way round. */
function restOf({ lanes, lines, outbox }: RunReport, colors: Colors): readonly string[] {
  const waiting = lanes.reduce((sum, lane) => sum + lane.waiting, 0);
  const failed = lanes.reduce((sum, lane) => sum + lane.failed, 0);
  const told: string[] = [];
  if (waiting > 0) {
    const where =
      outbox === null
        ? `not delivered: ${waiting === 1 ? 'it' : 'they'} waited in memory and ${waiting === 1 ? 'is' : 'are'} gone. Send the events again.`
        : `kept in ${outbox}: the next dest run delivers ${waiting === 1 ? 'it' : 'them'}.`;
    told.push(colors.yellow(`${count(waiting, 'delivery', 'deliveries')} ${where}`));
  }
  if (failed > 0 && outbox !== null) {
    told.push(
      `${count(failed, 'delivery', 'deliveries')} failed for good: dest dead-letters list shows ${failed === 1 ? 'it' : 'them'}.`,
    );
  }
  if (lines.notTaken > 0) {
    const those = `${count(lines.notTaken, 'line')} read and not taken, the first is line ${lines.firstNotTaken}`;
    told.push(colors.red(`${those}: send them again, and what came after them.`));
  }
  return told.length === 0 ? [] : ['', ...told];
}

import type { DeadLetter } from '@dest/core';
import type { CommandContext } from '../../command-context';
import { EXIT, type ExitCode } from '../../exit-codes';
import { filterOf, type FilterOptions } from '../../operator/dead-letter-filter';
import { eachDeadLetter } from '../../operator/each-dead-letter';
import { withHost } from '../../operator/with-host';
import type { Colors } from '../../output/colors';
import { count, formatNumber } from '../../output/count';
import { formatTime } from '../../output/format-time';
import { oneLine } from '../../output/printable';
import { renderTable, type Column } from '../../output/table';

export interface ListOptions extends FilterOptions {
  readonly limit: number;
}

const COLUMNS: readonly Column[] = [
  { title: 'id' },
  { title: 'failed at' },
  { title: 'destination' },
  { title: 'code' },
  { title: 'message' },
  { title: 'tries', align: 'right' },
];

/** How much of a message the table shows. */
const MESSAGE_LENGTH = 60;

/** `dest dead-letters list`: what failed for good, the oldest first. */
export function list(context: CommandContext, options: ListOptions): Promise<ExitCode> {
  const { console } = context;
  const filter = filterOf(options);
  return withHost(context, options, 'look', async ({ control }) => {
    const total = await control.countDeadLetters(filter);
    const letters = eachDeadLetter(control, filter, options.limit);
    if (options.json) {
      await console.printJsonList({ count: total }, 'deadLetters', letters);
      return EXIT.done;
    }
    const { colors } = console;
    const rows: string[][] = [];
    for await (const letter of letters) rows.push(rowOf(letter, colors));
    if (rows.length > 0) await console.print(`${renderTable(COLUMNS, rows, colors)}\n`);
    const more = total > rows.length ? `${formatNumber(rows.length)} of ` : '';
    const hint = total > rows.length ? ', the oldest first; --limit shows more' : '';
    await console.print(`${more}${count(total, 'dead letter')}${hint}.`);
    return EXIT.done;
  });
}

function rowOf({ id, failedAt, lane, failure, tries }: DeadLetter, colors: Colors): string[] {
  return [
    id,
    formatTime(failedAt),
    lane.debug ? `${lane.destination} ${colors.dim('(test)')}` : lane.destination,
    colors.red(oneLine(failure.code, 40)),
    oneLine(failure.message, MESSAGE_LENGTH),
    formatNumber(tries),
  ];
}

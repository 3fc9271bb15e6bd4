import type { LaneState, LaneStatus } from '@dest/host';
import type { CommandContext, GlobalOptions } from '../../command-context';
import { EXIT, type ExitCode } from '../../exit-codes';
import { laneName } from '../../operator/lane-name';
import { withHost } from '../../operator/with-host';
import type { Colors } from '../../output/colors';
import { formatNumber } from '../../output/count';
import { formatDuration } from '../../output/format-duration';
import { formatTime } from '../../output/format-time';
import { oneLine } from '../../output/printable';
import { renderTable, type Column } from '../../output/table';

const COLUMNS: readonly Column[] = [
  { title: 'lane' },
  { title: 'state' },
  { title: 'waiting', align: 'right' },
  { title: 'in flight', align: 'right' },
  { title: 'oldest', align: 'right' },
  { title: 'breaker' },
  { title: 'next try' },
  { title: 'why' },
];

/** How much of a reason the table shows. */
const REASON_LENGTH = 80;

/** `dest lanes`: how the lane of each destination is doing, and what waits for destinations that are no longer there. */
export function list(context: CommandContext, options: GlobalOptions): Promise<ExitCode> {
  const { console } = context;
  return withHost(context, options, 'look', async ({ control, running }) => {
    const lanes = await control.lanes();
    if (options.json) {
      await console.printJson({ running, lanes: lanes.map((status) => ({ name: laneName(status.lane), ...status })) });
      return EXIT.done;
    }
    const { colors } = console;
    if (lanes.length === 0) await console.print('There are no lanes: the configuration has no destinations.');
    else {
      const rows = lanes.map((status) => rowOf(status, colors));
      await console.print(renderTable(COLUMNS, rows, colors));
    }
    if (!running) console.note('No host runs: nothing is delivered now.');
    return EXIT.done;
  });
}

function rowOf(status: LaneStatus, colors: Colors): string[] {
  const { destination, lane, state, waiting, inFlight, oldestAgeMs, breaker, nextTryAt, lastFailure } = status;
  const why = status.reason ?? lastFailure;
  const none = colors.dim('–');
  return [
    state === 'orphaned' ? laneName(lane) : lane.debug ? `${destination} ${colors.dim('(test)')}` : destination,
    paint(state, colors),
    waiting === 0 ? colors.dim('0') : formatNumber(waiting),
    inFlight === 0 ? colors.dim('0') : formatNumber(inFlight),
    oldestAgeMs === undefined ? none : formatDuration(oldestAgeMs),
    breaker === 'closed' ? none : colors.yellow(breaker),
    nextTryAt === undefined ? none : formatTime(nextTryAt),
    why === undefined ? none : oneLine(`${why.code} ${why.message}`, REASON_LENGTH),
  ];
}

function paint(state: LaneState, colors: Colors): string {
  switch (state) {
    case 'ready':
      return colors.green(state);
    case 'backing-off':
    case 'orphaned':
      return colors.yellow(state);
    case 'paused':
    case 'unavailable':
      return colors.red(state);
    case 'disabled':
    case 'closed':
      return colors.dim(state);
  }
}

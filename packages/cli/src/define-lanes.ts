import type { Command } from 'commander';
import type { CommandContext } from './command-context';
import { drop, type DropLaneOptions } from './commands/lanes/drop';
import { list } from './commands/lanes/list';
import { move, type MoveOptions } from './commands/lanes/move';
import { resume } from './commands/lanes/resume';
import { commandDefiner, defineGroup } from './define-command';
import type { ExitCode } from './exit-codes';

/** `dest lanes …` */
export function defineLanes(program: Command, context: CommandContext, onExit: (code: ExitCode) => void): void {
  const group = defineGroup(program, 'lanes', 'show what waits for each destination; list is what it does by itself');
  const define = commandDefiner(group, onExit);
  const lane = 'an orphaned lane, as the list names it';

  define('list', 'show how each lane is doing', (_none, options) => list(context, options), { isDefault: true });

  define('resume', 'try a destination at once that is held back', ([destination], options) =>
    resume(context, destination as string, options),
  ).argument('<destination>', 'its id');

  define<MoveOptions>('move', 'give what waits for a destination that is gone to another', ([name], options) =>
    move(context, name as string, options),
  )
    .argument('<lane>', lane)
    .requiredOption('--to <destination>', 'id of the destination that gets it (required)');

  define<DropLaneOptions>('drop', 'remove what waits for a destination that is gone', ([name], options) =>
    drop(context, name as string, options),
  )
    .argument('<lane>', lane)
    .option('-y, --yes', 'don’t ask', false);
}

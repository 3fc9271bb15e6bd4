import type { Command } from 'commander';
import type { CommandContext } from './command-context';
import { drop, type DropOptions } from './commands/dead-letters/drop';
import { list, type ListOptions } from './commands/dead-letters/list';
import { replay } from './commands/dead-letters/replay';
import { show } from './commands/dead-letters/show';
import { collect, commandDefiner, defineGroup, parseAmount } from './define-command';
import type { ExitCode } from './exit-codes';
import type { ChangeOptions } from './operator/dead-letter-filter';
import { parseTime } from './operator/parse-time';

/** `dest dead-letters …` */
export function defineDeadLetters(program: Command, context: CommandContext, onExit: (code: ExitCode) => void): void {
  const group = defineGroup(program, 'dead-letters', 'look at what failed for good, deliver it again, or drop it');
  const define = commandDefiner(group, onExit);
  const withFilter = (command: Command): Command => {
    const time = (text: string): number => parseTime(text, context.clock.now());
    return command
      .option('-d, --destination <id>', 'those of this destination')
      .option('--code <code>', 'those that failed with this code, or for it')
      .option('--since <time>', 'those that failed then or later: a date, or how long ago (2h)', time)
      .option('--before <time>', 'those that failed before: a date, or how long ago (30d)', time)
      .option('--id <id>', 'this one; may be given several times', collect);
  };
  const ids = '[id...]';

  withFilter(
    define<ListOptions>('list', 'list dead letters, the oldest first', (_none, options) => list(context, options)),
  ).option('--limit <n>', 'how many to show', parseAmount, 50);

  define('show', 'show one with its envelope and its tries', ([id], options) =>
    show(context, id as string, options),
  ).argument('<id>', 'as the list shows it');

  withFilter(
    define<ChangeOptions>('replay', 'deliver dead letters again, by the mapping of today', ([named], options) =>
      replay(context, named as readonly string[], options),
    ).argument(ids, 'as the list shows them'),
  ).option('--all', 'all of them', false);

  withFilter(
    define<DropOptions>('drop', 'remove dead letters for good', ([named], options) =>
      drop(context, named as readonly string[], options),
    ).argument(ids, 'as the list shows them'),
  )
    .option('--all', 'all of them', false)
    .option('-y, --yes', 'don’t ask', false);
}

import type { CommandContext } from '../../command-context';
import { EXIT, type ExitCode } from '../../exit-codes';
import { changeFilterOf, renderUnknown, unknownIds, type ChangeOptions } from '../../operator/dead-letter-filter';
import { withHost } from '../../operator/with-host';
import { count } from '../../output/count';

/** `dest dead-letters replay`: delivers dead letters again, by the mapping of today. Ends with 1 where some can't be, or are unknown. */
export async function replay(
  context: CommandContext,
  ids: readonly string[],
  options: ChangeOptions,
): Promise<ExitCode> {
  const { console } = context;
  const filter = changeFilterOf(options, ids);
  return withHost(context, options, 'change', async ({ control, running }) => {
    const unknown = await unknownIds(control, filter);
    const receipt = await control.replayDeadLetters(filter);
    const { replayed, unfitting } = receipt;
    const exitCode = unfitting > 0 || unknown.length > 0 ? EXIT.failed : EXIT.done;
    if (options.json) {
      await console.printJson({ ...receipt, ...(unknown.length === 0 ? {} : { unknown }), running });
      return exitCode;
    }
    const { colors } = console;
    const when = running ? 'behind what is new' : 'by the next dest run';
    await console.print(
      replayed === 0
        ? 'No dead letter is delivered again.'
        : `${colors.green('✔')} ${count(replayed, 'dead letter')} to be delivered again, ${when}.`,
    );
    if (unfitting > 0) {
      const those = `${count(unfitting, 'dead letter')} stay${unfitting === 1 ? 's' : ''} as ${unfitting === 1 ? 'it is' : 'they are'}`;
      const why = 'no destination that is configured has their id and their side (test or production).';
      await console.print(`${colors.yellow('–')} ${those}: ${why}`);
    }
    for (const line of renderUnknown(unknown, colors)) await console.print(line);
    return exitCode;
  });
}

import type { DeadLetterFilter } from '@dest/core';
import type { CommandContext } from '../../command-context';
import { EXIT, type ExitCode } from '../../exit-codes';
import { confirm } from '../../operator/confirm';
import { changeFilterOf, renderUnknown, unknownIds, type ChangeOptions } from '../../operator/dead-letter-filter';
import { withHost } from '../../operator/with-host';
import { count } from '../../output/count';

export interface DropOptions extends ChangeOptions {
  readonly yes: boolean;
}

/** `dest dead-letters drop`: removes dead letters for good. Ends with 1 where there are none of some ids. */
export async function drop(context: CommandContext, ids: readonly string[], options: DropOptions): Promise<ExitCode> {
  const { console } = context;
  const filter = changeFilterOf(options, ids);
  return withHost(context, options, 'change', async ({ control }) => {
    // What fails while somebody thinks about the answer was not asked about.
    const asked = options.yes ? filter : upToNow(filter, context.clock.now());
    const unknown = await unknownIds(control, asked);
    const found = await control.countDeadLetters(asked);
    const question = `Drop ${count(found, 'dead letter')} for good?`;
    if (found > 0 && !(await confirm(context, question, options.yes))) {
      console.note('Nothing was dropped.');
      return EXIT.failed;
    }
    const dropped = found === 0 ? 0 : await control.dropDeadLetters(asked);
    const missing = unknown.length === 0 ? {} : { unknown };
    const lines = [`${count(dropped, 'dead letter')} dropped.`, ...renderUnknown(unknown, console.colors)];
    await (options.json ? console.printJson({ dropped, ...missing }) : console.print(lines.join('\n')));
    return unknown.length > 0 ? EXIT.failed : EXIT.done;
  });
}

function upToNow(filter: DeadLetterFilter, now: number): DeadLetterFilter {
  return { ...filter, failedBefore: Math.min(filter.failedBefore ?? Number.POSITIVE_INFINITY, now + 1) };
}

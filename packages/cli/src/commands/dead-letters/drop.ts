import type { DeadLetterFilter } from '@dest/core';
import type { CommandContext } from '../../command-context';
import { EXIT, type ExitCode } from '../../exit-codes';
import { confirm } from '../../operator/confirm';
import { changeFilterOf, refuseUnknown, type ChangeOptions } from '../../operator/dead-letter-filter';
import { withHost } from '../../operator/with-host';
import { count } from '../../output/count';

export interface DropOptions extends ChangeOptions {
  readonly yes: boolean;
}

/** `dest dead-letters drop`: removes dead letters for good. */
export async function drop(context: CommandContext, ids: readonly string[], options: DropOptions): Promise<ExitCode> {
  const { console } = context;
  const filter = changeFilterOf(options, ids);
  return withHost(context, options, 'change', async ({ control }) => {
    // What fails while somebody thinks about the answer was not asked about.
    const asked = options.yes ? filter : upToNow(filter, context.clock.now());
    const found = await control.countDeadLetters(asked);
    refuseUnknown(filter, found);
    const question = `Drop ${count(found, 'dead letter')} for good?`;
    if (found > 0 && !(await confirm(context, question, options.yes))) {
      console.note('Nothing was dropped.');
      return EXIT.failed;
    }
    const dropped = found === 0 ? 0 : await control.dropDeadLetters(asked);
    await (options.json ? console.printJson({ dropped }) : console.print(`${count(dropped, 'dead letter')} dropped.`));
    return EXIT.done;
  });
}

function upToNow(filter: DeadLetterFilter, now: number): DeadLetterFilter {
  return { ...filter, failedBefore: Math.min(filter.failedBefore ?? Number.POSITIVE_INFINITY, now + 1) };
}

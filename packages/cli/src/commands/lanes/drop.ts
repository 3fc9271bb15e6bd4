import type { CommandContext, GlobalOptions } from '../../command-context';
import { EXIT, type ExitCode } from '../../exit-codes';
import { confirm } from '../../operator/confirm';
import { findOrphan } from '../../operator/lane-name';
import { withHost } from '../../operator/with-host';
import { count } from '../../output/count';

export interface DropLaneOptions extends GlobalOptions {
  readonly yes: boolean;
}

/** `dest lanes drop <lane>`: removes what waits for a destination that is gone. */
export function drop(context: CommandContext, name: string, options: DropLaneOptions): Promise<ExitCode> {
  const { console } = context;
  return withHost(context, options, 'change', async ({ control }) => {
    const { lane, waiting } = findOrphan(await control.lanes(), name);
    const question = `Drop ${count(waiting, 'delivery', 'deliveries')} of ${name} for good?`;
    if (!(await confirm(context, question, options.yes))) {
      console.note('Nothing was dropped.');
      return EXIT.failed;
    }
    const dropped = await control.dropLane(lane);
    if (options.json) await console.printJson({ dropped });
    else await console.print(`${count(dropped, 'delivery', 'deliveries')} dropped.`);
    return EXIT.done;
  });
}

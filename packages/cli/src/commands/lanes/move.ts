import type { CommandContext, GlobalOptions } from '../../command-context';
import { EXIT, type ExitCode } from '../../exit-codes';
import { findOrphan } from '../../operator/lane-name';
import { withHost } from '../../operator/with-host';
import { count } from '../../output/count';

export interface MoveOptions extends GlobalOptions {
  /** Id of a destination. */
  readonly to: string;
}

/** `dest lanes move <lane> --to <destination>`: what waits for a destination that is gone goes to another one. */
export function move(context: CommandContext, name: string, options: MoveOptions): Promise<ExitCode> {
  const { console } = context;
  const { to, json } = options;
  return withHost(context, options, 'change', async ({ control }) => {
    const moved = await control.moveLane(findOrphan(await control.lanes(), name).lane, to);
    if (json) await console.printJson({ moved, to });
    else await console.print(`${console.colors.green('✔')} ${count(moved, 'delivery', 'deliveries')} moved to ${to}.`);
    return EXIT.done;
  });
}

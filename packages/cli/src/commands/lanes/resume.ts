import type { CommandContext, GlobalOptions } from '../../command-context';
import { EXIT, type ExitCode } from '../../exit-codes';
import { withRunningHost } from '../../operator/with-host';

/** `dest lanes resume <destination>`: has a destination that is held back tried at once. */
export function resume(context: CommandContext, destination: string, options: GlobalOptions): Promise<ExitCode> {
  const { console } = context;
  return withRunningHost(context, options, async ({ control }) => {
    await control.resume(destination);
    if (options.json) await console.printJson({ resumed: destination });
    else await console.print(`${console.colors.green('✔')} ${destination} is tried now. dest lanes shows how it goes.`);
    return EXIT.done;
  });
}

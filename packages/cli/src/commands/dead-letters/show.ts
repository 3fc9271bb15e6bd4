import { ConfigurationError } from '@dest/core';
import type { CommandContext, GlobalOptions } from '../../command-context';
import { EXIT, type ExitCode } from '../../exit-codes';
import { renderDeadLetter } from '../../operator/render-dead-letter';
import { withHost } from '../../operator/with-host';

/** `dest dead-letters show <id>`: everything that is known of one. */
export function show(context: CommandContext, id: string, options: GlobalOptions): Promise<ExitCode> {
  const { console } = context;
  return withHost(context, options, 'look', async ({ control }) => {
    const letter = await control.showDeadLetter(id);
    if (letter === undefined) {
      throw new ConfigurationError(`There is no dead letter ${id}. dest dead-letters list shows which there are.`, {
        code: 'DEAD_LETTER_UNKNOWN',
      });
    }
    await (options.json ? console.printJson(letter) : console.print(renderDeadLetter(letter, console.colors)));
    return EXIT.done;
  });
}

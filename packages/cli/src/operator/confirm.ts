import { ConfigurationError } from '@dest/core';
import { createInterface } from 'node:readline';
import type { CommandContext } from '../command-context';
import { oneLine } from '../output/printable';

/** How much of a question is shown, whatever the names in it are. */
const LENGTH = 1_000;

/**
 * Asks before something is gone for good, or taken in: on a terminal. Elsewhere `--yes` has to be given.
 *
 * @throws ConfigurationError `CONFIRMATION_MISSING` where nobody can be asked
 */
export async function confirm({ console, stdin }: CommandContext, question: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (stdin.isTTY !== true) {
    throw new ConfigurationError(`${question} Nobody can be asked here: say so with --yes.`, {
      code: 'CONFIRMATION_MISSING',
    });
  }
  console.note(`${oneLine(question, LENGTH)} [y/N]`);
  const answers = createInterface({ input: stdin, terminal: false });
  try {
    for await (const answer of answers) return /^\s*y(es)?\s*$/i.test(answer);
    return false;
  } finally {
    answers.close();
  }
}

import { destinationCases, runConformance, type Scorecard } from '@dest/testkit';
import { ConfigurationError, type RegisteredType } from '@dest/core';
import { runAttributed } from '@dest/host';
import type { CommandContext, GlobalOptions } from '../command-context';
import { conformanceSubjects } from '../conformance/conformance-subject';
import { conformanceTarget } from '../conformance/conformance-target';
import { renderScorecard } from '../conformance/render-scorecard';
import { EXIT, type ExitCode } from '../exit-codes';

export interface TestOptions extends GlobalOptions {
  /** Cases whose group or name has this text. */
  readonly only?: string;
}

/** `dest test [plugin]`: holds the destinations of a package against the contract, and prints a scorecard. */
export async function test(
  { console, faults }: CommandContext,
  plugin: string | undefined,
  { json, verbose, only = '' }: TestOptions,
): Promise<ExitCode> {
  const wanted = destinationCases.filter(({ group, name }) => `${group} ${name}`.includes(only));
  if (wanted.length === 0) {
    throw new ConfigurationError(`No case has ${JSON.stringify(only)} in its group or name.`, {
      code: 'CONFORMANCE_CASE_UNKNOWN',
    });
  }
  const folder = process.cwd();
  const target = await conformanceTarget(plugin ?? '.', folder);
  faults.watch({ plugins: [target], configuration: { folder } }, console);
  const subjects = await conformanceSubjects(target, folder);
  const cards: Tested[] = [];
  for (const { registered, Class, kit } of subjects) {
    // Also what is thrown without a stack is known to be the plugin's, or its kit's.
    const scorecard = await runAttributed({ package: registered.package }, () =>
      runConformance(Class, kit, { only: (candidate) => wanted.includes(candidate) }),
    );
    cards.push({ registered, scorecard });
    if (json) continue;
    const text = renderScorecard(registered, scorecard, { colors: console.colors, all: verbose });
    await console.print(cards.length === 1 ? text : `\n${text}`);
  }
  const ok = faults.count === 0 && cards.every(({ scorecard }) => scorecard.failed === 0);
  if (json) await console.printJson({ ok, destinations: cards.map(jsonOf) });
  return ok ? EXIT.done : EXIT.failed;
}

interface Tested {
  readonly registered: RegisteredType;
  readonly scorecard: Scorecard;
}

function jsonOf({ registered, scorecard }: Tested): object {
  const { package: name, title, version } = registered;
  return { package: name, title, version: version ?? null, ...scorecard };
}

import { basename, resolve } from 'node:path';
import { LANGUAGES, LICENSES } from './choices';
import { expectEmpty } from './create-destination';
import { CreateError } from './create-error';
import { derivedNames } from './derived-names';
import type { DestinationPlan } from './destination-plan';
import { checkPackageName, suggestedName, unscoped } from './package-name';
import type { Questions } from './questions';
import { readChoice, readText, type CommandOptions } from './read-options';

const DESCRIPTION = 'Sends events and profiles by HTTP.';

/** Completes what the command line says by asking for the rest. */
export async function askForPlan(
  options: CommandOptions,
  from: string,
  questions: Questions,
): Promise<DestinationPlan> {
  const { folder } = options;
  // Before anything is asked in vain.
  if (folder !== undefined) await expectEmpty(resolve(from, folder));
  const standard = folder === undefined ? undefined : suggestedName(basename(resolve(from, folder)));
  const name = options.name ?? (await questions.ask('Name of the package', standard, checkPackageName));
  if (folder === undefined) await expectEmpty(resolve(from, unscoped(name)));
  const choose = async <Choice extends string>(question: string, choices: readonly Choice[]): Promise<Choice> =>
    questions.ask(`${question}: ${choices.join(', ')}`, choices[0], (answer) => readChoice('It', answer, choices));
  const read = (answer: string): string => readText('It', answer);
  return completed(
    {
      ...options,
      name,
      language: options.language ?? (await choose('Language', LANGUAGES)),
      title: options.title ?? (await questions.ask('Title, for people', derivedNames(name).title, read)),
      description: options.description ?? (await questions.ask('What it does, in one sentence', DESCRIPTION, read)),
      license: options.license ?? (await choose('Licence', LICENSES)),
    },
    name,
    from,
  );
}

/**
 * Completes what the command line says by defaults.
 *
 * @throws CreateError `CREATE_NAME_MISSING`
 */
export function planByDefaults(options: CommandOptions, from: string): DestinationPlan {
  const { folder } = options;
  const name = options.name ?? (folder === undefined ? undefined : checkPackageName(basename(resolve(from, folder))));
  if (name !== undefined) return completed(options, name, from);
  throw new CreateError('The name of the package is missing: npm create @dest/destination my-plugin. See --help.', {
    code: 'CREATE_NAME_MISSING',
  });
}

function completed(options: CommandOptions, name: string, from: string): DestinationPlan {
  const { folder, language, title, description, license, author } = options;
  return {
    name,
    folder: resolve(from, folder ?? unscoped(name)),
    language: language ?? LANGUAGES[0],
    title: title ?? derivedNames(name).title,
    description: description ?? DESCRIPTION,
    license: license ?? LICENSES[0],
    ...(author === undefined ? {} : { author }),
  };
}

import { parseArgs } from 'node:util';
import { LANGUAGES, LICENSES, type Language, type License } from './choices';
import { CreateError } from './create-error';
import { messageOf } from './message-of';
import { checkPackageName } from './package-name';

/** What the command line says; absent: not said. */
export interface CommandOptions {
  readonly name?: string;
  readonly folder?: string;
  readonly language?: Language;
  readonly title?: string;
  readonly description?: string;
  readonly license?: License;
  readonly author?: string;
  /** No questions: defaults for what is not said. */
  readonly yes: boolean;
  readonly json: boolean;
  readonly color: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

const MAX_TEXT = 200;

/**
 * Reads the words of the command line.
 *
 * @throws CreateError `CREATE_OPTION_INVALID` or `CREATE_NAME_INVALID`
 */
export function readOptions(words: readonly string[]): CommandOptions {
  const { values, positionals } = parse(words);
  const { language, license, folder, yes, json, help, version, 'no-color': colorless } = values;
  const [name, ...more] = positionals;
  if (more.length > 0) {
    throw invalid(`There is one name, and ${JSON.stringify(more[0])} is one more. Put texts with spaces into quotes.`);
  }
  return {
    yes,
    json,
    help,
    version,
    color: !colorless,
    ...(name === undefined ? {} : { name: checkPackageName(name) }),
    ...(folder === undefined ? {} : { folder }),
    ...(language === undefined ? {} : { language: readChoice('--language', language, LANGUAGES) }),
    ...(license === undefined ? {} : { license: readChoice('--license', license, LICENSES) }),
    ...textsOf(values),
  };
}

function parse(words: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = {
    language: { ...text, short: 'l' },
    folder: text,
    title: text,
    description: text,
    license: text,
    author: text,
    yes: { ...flag, short: 'y' },
    json: flag,
    'no-color': flag,
    help: { ...flag, short: 'h' },
    version: { ...flag, short: 'V' },
  } as const;
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (cause) {
    throw invalid(`${messageOf(cause).split('. ', 1)[0] ?? ''}. See --help.`, cause);
  }
}

function textsOf(values: Readonly<Record<string, unknown>>): Pick<CommandOptions, 'title' | 'description' | 'author'> {
  const said = (['title', 'description', 'author'] as const).flatMap((option) => {
    const value = values[option];
    return typeof value === 'string' ? [[option, readText(`--${option}`, value)]] : [];
  });
  return Object.fromEntries(said) as Pick<CommandOptions, 'title' | 'description' | 'author'>;
}

/**
 * One line of text, as it is written into sources and pages.
 *
 * @throws CreateError `CREATE_OPTION_INVALID`
 */
export function readText(what: string, value: unknown): string {
  const text = typeof value === 'string' ? value.trim() : '';
  if (text !== '' && text.length <= MAX_TEXT && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) return text;
  throw invalid(`${what} should be one line of 1 to ${MAX_TEXT} characters, and is ${JSON.stringify(value)}.`);
}

/**
 * One of several; capitals don’t matter.
 *
 * @throws CreateError `CREATE_OPTION_INVALID`
 */
export function readChoice<Choice extends string>(what: string, value: unknown, choices: readonly Choice[]): Choice {
  const wanted = typeof value === 'string' ? value.trim().toLowerCase() : '';
  const found = choices.find((choice) => choice.toLowerCase() === wanted);
  if (found !== undefined) return found;
  throw invalid(`${what} should be ${choices.join(', ')}, and is ${JSON.stringify(value)}.`);
}

function invalid(message: string, cause?: unknown): CreateError {
  return new CreateError(message, { code: 'CREATE_OPTION_INVALID', cause });
}

import { builtinModules } from 'node:module';
import { CreateError } from './create-error';

const MAX_LENGTH = 214;
const NAME = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/;
const TAKEN = new Set(['node_modules', 'favicon.ico', ...builtinModules]);

/**
 * Checks the name of a package by npm's rules for new ones.
 *
 * @throws CreateError `CREATE_NAME_INVALID`, with a name that would do, where one can be made from it
 */
export function checkPackageName(name: string): string {
  const wrong = faultOf(name);
  if (wrong === undefined) return name;
  const other = suggestedName(name);
  const remedy = other === undefined ? 'Choose one such as dest-plugin-crm or @acme/crm.' : `Try ${other}.`;
  throw new CreateError(`${JSON.stringify(name)} is no name for a package: ${wrong}. ${remedy}`, {
    code: 'CREATE_NAME_INVALID',
  });
}

function faultOf(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (name.length > MAX_LENGTH) return `it has ${name.length} characters, and may have ${MAX_LENGTH}`;
  if (TAKEN.has(name)) return 'npm and Node keep it for themselves';
  if (NAME.test(name)) return undefined;
  return 'it should be of small letters, digits, hyphens, full stops and underscores, begin with a letter or digit, and may have a @scope/ in front';
}

/** A name by the rules that is near to what was given; undefined where there is none. */
export function suggestedName(given: string): string | undefined {
  const [scope, name] = /^@[^/]+\/./.test(given) ? given.slice(1).split('/', 2) : [undefined, given];
  const part = (text: string): string =>
    text
      .normalize('NFKD')
      .toLowerCase()
      .replace(/\p{M}/gu, '')
      .replace(/[^a-z0-9._-]+/g, '-')
      .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  const own = part(name ?? '').slice(0, 100);
  const suggestion = scope === undefined || part(scope) === '' ? own : `@${part(scope).slice(0, 100)}/${own}`;
  if (own === '') return undefined;
  if (faultOf(suggestion) === undefined) return suggestion;
  return faultOf(`dest-plugin-${own}`) === undefined ? `dest-plugin-${own}` : undefined;
}

/** The name without its scope: what its folder is called. */
export function unscoped(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}

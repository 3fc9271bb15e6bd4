import type { PackageManifest } from '../loader/package-manifest';
import type { PluginDeclaration } from './plugin-manifest';

/** A declaration as far as it could be read, and a sentence for everything that is wrong with it. */
export interface ReadDeclaration {
  readonly declaration: PluginDeclaration;
  readonly problems: readonly string[];
}

const LABEL = '[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?';
const HOST = new RegExp(`^(?:\\*|(?:\\*\\.)?${LABEL}(?:\\.${LABEL})*|\\[[0-9A-Fa-f:.]+\\])(?::\\d{1,5})?$`);
const PACKAGE = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;
const SETTING = /^\{(credentials|init)((?:\.[A-Za-z0-9_-]+)+)\}$/;

/** The part and the keys of a host that a setting names: `{credentials.oauth2.issuerUrl}`. Undefined for any other. */
export function settingOf(
  host: string,
): { readonly part: 'credentials' | 'init'; readonly keys: readonly string[] } | undefined {
  const [, part, keys] = SETTING.exec(host) ?? [];
  if (part === undefined || keys === undefined) return undefined;
  return { part: part as 'credentials' | 'init', keys: keys.slice(1).split('.') };
}

/** Reads `hosts` and `native` of the `dest` entry of a package.json, which may hold anything. */
export function readDeclaration({ dest }: PackageManifest): ReadDeclaration {
  const problems: string[] = [];
  const read = (
    key: 'hosts' | 'native',
    isOne: (text: string) => boolean,
    expected: string,
  ): readonly string[] | undefined => {
    const given = dest?.[key];
    if (given === undefined) return undefined;
    if (!Array.isArray(given)) {
      problems.push(`dest.${key} should be a list of ${expected}`);
      return undefined;
    }
    const wrong = given.filter((each) => typeof each !== 'string' || !isOne(each));
    for (const each of wrong) problems.push(`dest.${key} holds ${JSON.stringify(each)}, which should be ${expected}`);
    return [...new Set(given.filter((each): each is string => !wrong.includes(each)))];
  };
  const hosts = read('hosts', isHost, 'names such as api.example.com, *.example.com or {credentials.host}');
  const native = read('native', (name) => PACKAGE.test(name), 'names of packages') ?? [];
  return { declaration: { ...(hosts === undefined ? {} : { hosts }), native }, problems };
}

function isHost(text: string): boolean {
  return HOST.test(text) || settingOf(text) !== undefined;
}

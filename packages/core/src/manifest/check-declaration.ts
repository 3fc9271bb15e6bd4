import type { PackageManifest } from '../loader/package-manifest';
import { SchemaWalk } from '../schema/schema-walk';
import type { ManifestType } from './plugin-manifest';
import { readDeclaration, settingOf, type ReadDeclaration } from './read-declaration';

/** The same as reading it, and what it names has to be there: settings in a schema, native parts among the dependencies. */
export function checkDeclaration(manifest: PackageManifest, types: readonly ManifestType[]): ReadDeclaration {
  const { declaration, problems } = readDeclaration(manifest);
  const { hosts = [], native } = declaration;
  const { dependencies, optionalDependencies, peerDependencies } = manifest;
  const known = { ...dependencies, ...optionalDependencies, ...peerDependencies };
  return {
    declaration,
    problems: [
      ...problems,
      ...hosts
        .filter((host) => !isSetting(host, types))
        .map((host) => `dest.hosts holds ${host}, and no type of the package has such a setting`),
      ...native
        .filter((name) => !Object.hasOwn(known, name))
        .map((name) => `dest.native holds ${name}, which is not among the dependencies of the package`),
    ],
  };
}

/** Whether a host is none that a setting names, or names one that a schema has. */
function isSetting(host: string, types: readonly ManifestType[]): boolean {
  const setting = settingOf(host);
  if (setting === undefined) return true;
  return types.some(({ schemas }) => {
    const schema = schemas[setting.part];
    const walk = new SchemaWalk(schema);
    const found = setting.keys.reduce((nodes, key) => walk.member(nodes, key), walk.at(schema));
    return found.length > 0;
  });
}

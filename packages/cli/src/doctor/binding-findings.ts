import { findPackage, readDeclaration, type InstalledPackage } from '@dest/core';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ok, type Finding } from './finding';

/** Packages of one platform are there on that one only. */
const PLATFORM = /\b(aix|android|darwin|freebsd|linux|netbsd|openbsd|sunos|win32|windows)\b/;
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'];

/** Whether the native and the optional parts of plugins are there, and the outbox's. */
export async function bindingFindings(
  plugins: readonly InstalledPackage[],
  host: InstalledPackage | undefined,
): Promise<readonly Finding[]> {
  const found = await Promise.all([...plugins.map(partsOf), outboxBinding(host)]);
  const wrong = found.flat();
  return wrong.length > 0 ? wrong : [ok('bindings', 'every native and optional part is there')];
}

async function partsOf({ folder, manifest }: InstalledPackage): Promise<readonly Finding[]> {
  const { dependencies, optionalDependencies, peerDependencies } = manifest;
  const { declaration } = readDeclaration(manifest);
  const optional = Object.keys(optionalDependencies ?? {}).filter((name) => !PLATFORM.test(name));
  const names = [...new Set([...declaration.native, ...optional])];
  const owner = manifest.name ?? folder;
  const findings = await Promise.all(
    names.map(async (name): Promise<readonly Finding[]> => {
      const severity = Object.hasOwn(dependencies ?? {}, name) ? 'error' : 'warning';
      const range = optionalDependencies?.[name] ?? dependencies?.[name] ?? peerDependencies?.[name] ?? '*';
      const found = await findPackage(name, folder).catch(() => undefined);
      const without = severity === 'warning' ? ` ${owner} works without it, but for what needs it.` : '';
      if (found === undefined) {
        return [
          {
            area: 'bindings',
            severity,
            code: 'BINDING_MISSING',
            message: `${name}, a part of ${owner}, is not installed.${without}`,
            remedy: `Where you need it: npm install ${name}@"${range}".`,
          },
        ];
      }
      if (!declaration.native.includes(name) || (await isBuilt(found))) return [];
      return [
        {
          area: 'bindings',
          severity,
          code: 'BINDING_NOT_BUILT',
          message: `${name}, a native part of ${owner}, is installed in ${found.folder} without its binary: its install script has not run.${without}`,
          remedy: `Where you need it, and trust it: npm rebuild ${name} --ignore-scripts=false.`,
        },
      ];
    }),
  );
  return findings.flat();
}

/** SQLite's binary comes in a package of its own for each platform, of which one has to be there. */
async function outboxBinding(host: InstalledPackage | undefined): Promise<readonly Finding[]> {
  const library = host === undefined ? undefined : await findPackage('libsql', host.folder);
  const platforms = Object.keys(library?.manifest.optionalDependencies ?? {});
  const there = await Promise.all(platforms.map((name) => findPackage(name, library?.folder ?? '')));
  if (host === undefined || there.some((found) => found !== undefined)) return [];
  return [
    {
      area: 'bindings',
      severity: 'error',
      code: 'BINDING_MISSING',
      message: `The outbox keeps its file by libsql, ${library === undefined ? 'which is not installed' : 'whose binary for this platform is not installed'}.`,
      remedy:
        'Install again on this machine, with optional dependencies: npm install --include=optional. Or configure outbox: { type: memory }.',
    },
  ];
}

/** False for a package that would make or fetch a binary while it is installed, and has none. */
async function isBuilt({ folder, manifest }: InstalledPackage): Promise<boolean> {
  const { scripts, gypfile } = manifest as { readonly scripts?: object; readonly gypfile?: unknown };
  const names = await readdir(folder, { recursive: true, encoding: 'utf8' });
  const makes =
    gypfile === true ||
    names.includes('binding.gyp') ||
    INSTALL_SCRIPTS.some((name) => Object.hasOwn(scripts ?? {}, name));
  const ownFiles = names.filter((name) => !name.startsWith(join('node_modules', '')));
  return !makes || ownFiles.some((name) => name.endsWith('.node'));
}

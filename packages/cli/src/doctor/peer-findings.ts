import { findPackage, isInRange, type InstalledPackage } from '@dest/core';
import { ok, type Finding } from './finding';

/** Whether packages that others ask for are there, in a version that they take. */
export async function peerFindings(
  own: readonly InstalledPackage[],
  plugins: readonly InstalledPackage[],
): Promise<readonly Finding[]> {
  const found = await Promise.all([
    ...own.map((each) => findingsOf(each, ofDest(each.manifest.dependencies))),
    ...plugins.map((each) => findingsOf(each, each.manifest.peerDependencies ?? {})),
  ]);
  const wrong = found.flat();
  return wrong.length > 0 ? wrong : [ok('plugins', 'every package that is asked for is there, in a version that fits')];
}

function ofDest(dependencies: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(dependencies).filter(([name]) => name.startsWith('@dest/')));
}

async function findingsOf(
  { folder, manifest }: InstalledPackage,
  wanted: Readonly<Record<string, string>>,
): Promise<readonly Finding[]> {
  const { peerDependenciesMeta } = manifest as {
    readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean } | undefined>>;
  };
  const findings: Finding[] = [];
  for (const [name, range] of Object.entries(wanted)) {
    const found = await findPackage(name, folder).catch(() => undefined);
    const version = found?.manifest.version;
    if (version === undefined) {
      if (peerDependenciesMeta?.[name]?.optional === true) continue;
      findings.push({
        area: 'plugins',
        severity: 'error',
        code: 'PEER_MISSING',
        message: `${manifest.name ?? folder} needs ${name} ${range}, which can't be found from ${folder}.`,
        remedy: `Install it: npm install ${name}@"${range}".`,
      });
    } else if (!isInRange(version, range) && !isElsewhere(range)) {
      findings.push({
        area: 'plugins',
        severity: 'error',
        code: 'PEER_UNMET',
        message: `${manifest.name ?? folder} needs ${name} ${range}; found is ${version} in ${found?.folder ?? ''}.`,
        remedy: `Install one that fits: npm install ${name}@"${range}"; or another version of ${manifest.name ?? folder}.`,
      });
    }
  }
  return findings;
}

/** A range that is no range of versions: a file, a URL, a workspace. */
function isElsewhere(range: string): boolean {
  return /[:/]/.test(range);
}

import type { DestinationPlan } from './destination-plan';

interface Manifest {
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/**
 * The package.json of a template for a plan.
 *
 * @param version - of this package, which is that of all of Dest's: what is made works with it and what follows
 */
export function fillManifest(text: string, plan: DestinationPlan, version: string): string {
  const manifest = JSON.parse(text) as Manifest;
  const { name, description, license, author } = plan;
  const isScoped = name.startsWith('@');
  const isLicensed = license !== 'UNLICENSED';
  const filled = {
    ...manifest,
    name,
    description,
    license,
    ...(author === undefined ? {} : { author }),
    // A scoped package is private unless it says that it is not.
    ...(isScoped && isLicensed ? { publishConfig: { access: 'public' } } : {}),
    // One without a scope is public, unless it is never published.
    ...(!isScoped && !isLicensed ? { private: true } : {}),
    peerDependencies: { ...manifest.peerDependencies, '@dest/core': `>=${version} <${Number.parseInt(version) + 1}` },
    devDependencies: Object.fromEntries(
      Object.entries(manifest.devDependencies).map(([dependency, range]) => [
        dependency,
        dependency.startsWith('@dest/') ? `^${version}` : range,
      ]),
    ),
  };
  return `${JSON.stringify(filled, undefined, 2)}\n`;
}

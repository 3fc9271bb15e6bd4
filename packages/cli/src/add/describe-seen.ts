import type { ManifestType } from '@dest/core';
import type { Colors } from '../output/colors';
import { formatNumber } from '../output/count';
import { indent } from '../output/indent';
import { oneLine } from '../output/printable';
import type { SeenPackage } from './look-at-source';

const LENGTH = 100;
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'];

/** What a package declares, for people: its types, hosts, native parts, the scorecard that it claims, what it would run. */
export function describeSeen(seen: SeenPackage, colors: Colors): string {
  const { installed, manifest, scorecard } = seen;
  const { name, version, description } = installed.manifest;
  const heading = `${colors.bold(oneLine(name, LENGTH))} ${oneLine(version, LENGTH)}`;
  const about =
    typeof description === 'string' && description !== '' ? ` ${colors.dim(oneLine(description, LENGTH))}` : '';
  const rows: (readonly [string, string])[] = [
    ...(manifest === undefined
      ? [['has', 'no manifest: what it is shows when it is loaded'] as const]
      : manifest.types.map((type) => ['has', describeOne(type, colors)] as const)),
    ['talks to', hostsOf(seen)],
    ['native', listOf(seen.manifest?.native ?? [], 'none that it declares')],
    ['claims', scorecardOf(scorecard)],
    ...(installScripts(seen).length === 0
      ? []
      : [['scripts', `${installScripts(seen).join(', ')}: they are not run`] as const]),
  ];
  const text = rows.map(([title, value]) => `${colors.dim(title.padEnd(9))}${value}`).join('\n');
  return `${heading}${about}\n${indent(text, 2)}`;
}

/** Scripts that npm would run while it installs the package. */
export function installScripts({ installed }: SeenPackage): readonly string[] {
  const { scripts } = installed.manifest as { readonly scripts?: unknown };
  if (typeof scripts !== 'object' || scripts === null) return [];
  return INSTALL_SCRIPTS.filter((name) => Object.hasOwn(scripts, name));
}

function describeOne({ kind, package: name, title, capabilities }: ManifestType, colors: Colors): string {
  const able = [
    ...(capabilities.batches ? [capabilities.orderedBatches ? 'ordered batches' : 'batches'] : []),
    ...(capabilities.check ? ['check'] : []),
    ...(capabilities.forgetProfile ? ['forgets profiles'] : []),
  ];
  const can = able.length === 0 ? '' : colors.dim(` (${able.join(', ')})`);
  return `${kind} ${colors.bold(oneLine(name, LENGTH))}: ${oneLine(title, LENGTH)}${can}`;
}

function hostsOf({ manifest }: SeenPackage): string {
  if (manifest?.hosts === undefined) return 'it does not say';
  const hosts = manifest.hosts.map((host) => (host.startsWith('{') ? `what ${host.slice(1, -1)} names` : host));
  return listOf(hosts, 'no host');
}

function scorecardOf(scorecard: SeenPackage['scorecard']): string {
  if (scorecard === undefined) return 'no scorecard';
  const { passed, failed, notSupported } = scorecard;
  return `${formatNumber(passed)} passed, ${formatNumber(failed)} failed, ${formatNumber(notSupported)} not supported`;
}

function listOf(texts: readonly string[], none: string): string {
  return texts.length === 0 ? none : texts.map((text) => oneLine(text, LENGTH)).join(', ');
}

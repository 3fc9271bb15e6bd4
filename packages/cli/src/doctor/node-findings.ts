import { isInRange, type InstalledPackage } from '@dest/core';
import { ok, type Finding } from './finding';

/** Whether Dest's own packages run on this Node. What plugins ask for is told when they are loaded. */
export function nodeFindings(own: readonly InstalledPackage[], node = process.versions.node): readonly Finding[] {
  const unfit = own.flatMap(({ manifest: { name, engines } }): readonly Finding[] => {
    const range = engines?.node;
    if (range === undefined || isInRange(node, range)) return [];
    return [
      {
        area: 'node',
        severity: 'error',
        code: 'NODE_UNSUPPORTED',
        message: `${name} needs Node ${range}; this is ${node}.`,
        remedy: `Install Node ${range}, or run dest with it.`,
      },
    ];
  });
  return unfit.length > 0 ? unfit : [ok('node', `Node ${node}`)];
}

import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** What a process holds. Timers and connections are those that keep it alive; files are told apart where there is /proc. */
export type ResourceKind = 'timers' | 'connections' | 'files';

/** How many of each there are, by name. */
export type Resources = Readonly<Record<ResourceKind, ReadonlyMap<string, number>>>;

const TIMERS = new Set(['Timeout', 'Immediate']);

/** What the process holds now. */
export function processResources(): Resources {
  const active = process.getActiveResourcesInfo();
  return {
    timers: counted(active.filter((name) => TIMERS.has(name))),
    // Requests that are under way end by themselves.
    connections: counted(active.filter((name) => !TIMERS.has(name) && !/Req|Immediate/.test(name))),
    files: counted(openFiles()),
  };
}

/**
 * Waits until the process holds no more than before, in milliseconds at most, since much is let go of a little later.
 *
 * @returns what it still holds beyond that, such as `2 Timeout`; empty where nothing
 */
export async function leftBehind(
  before: Resources,
  kind: ResourceKind,
  patienceMs: number,
): Promise<readonly string[]> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const now = processResources()[kind];
    const more = [...now].filter(([name, count]) => count > (before[kind].get(name) ?? 0));
    if (more.length === 0 || performance.now() > until) {
      return more.map(([name, count]) => `${count - (before[kind].get(name) ?? 0)} ${name}`);
    }
    await setTimeout(10);
  }
}

/** Paths of regular files. Of other systems nothing is known. */
function openFiles(): readonly string[] {
  try {
    return readdirSync('/proc/self/fd').flatMap((name) => {
      const path = linkOf(`/proc/self/fd/${name}`);
      return path.startsWith('/') && !/^\/(proc|dev|sys)\//.test(path) ? [path] : [];
    });
  } catch {
    return [];
  }
}

/** Empty for what was closed meanwhile. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function counted(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of few mebibytes, in memory. */
export interface SmallDisk {
  readonly path: string;
  unmount(): void;
}

/** Mounts one, or says why that can't be done here. */
export function mountSmallDisk(mebibytes: number): SmallDisk | string {
  const path = mkdtempSync(join(tmpdir(), 'dest-small-disk-'));
  const options = ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=0700`, 'tmpfs', path];
  const { error, status, stderr } = spawnSync('mount', options, { encoding: 'utf8' });
  if (status === 0) {
    return {
      path,
      unmount: () => {
        spawnSync('umount', [path]);
        rmSync(path, { recursive: true, force: true });
      },
    };
  }
  rmSync(path, { recursive: true, force: true });
  return `a small disk can't be mounted here: ${error?.message ?? stderr.trim()}`;
}

/** Why no small disk can be had here; undefined where one can. */
export function smallDiskProblem(): string | undefined {
  const disk = mountSmallDisk(1);
  if (typeof disk === 'string') return disk;
  disk.unmount();
  return undefined;
}

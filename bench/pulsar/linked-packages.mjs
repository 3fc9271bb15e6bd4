// An application's folder that has the packages of this repository installed.
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const installed = fileURLToPath(new URL('../../node_modules', import.meta.url));

export function linkPackages(folder) {
  symlinkSync(installed, join(folder, 'node_modules'), 'dir');
}

// Writes the manifest of every plugin in this repository; with --check fails where one is not up to date.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const dest = fileURLToPath(new URL('packages/cli/bin/dest.js', root));

let failed = false;
for (const name of readdirSync(new URL('packages/destinations/', root))) {
  const words = [dest, 'manifest', `packages/destinations/${name}`, ...process.argv.slice(2)];
  const { status } = spawnSync(process.execPath, words, { cwd: fileURLToPath(root), stdio: 'inherit' });
  failed ||= status !== 0;
}
process.exitCode = failed ? 1 : 0;

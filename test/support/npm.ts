import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs npm in a folder, quietly, with what its cache has before what it has to fetch; resolves to what it printed. */
export async function npm(folder: string, ...parameters: string[]): Promise<string> {
  const settings = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  const { stdout } = await run('npm', [...settings, ...parameters], { cwd: folder, maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}

/** Packs the package in a folder; resolves to the tarball's path. */
export async function pack(folder: string, destination: string): Promise<string> {
  const printed = await npm(folder, 'pack', '--json', '--pack-destination', destination);
  // What a prepack script prints stands before.
  const [packed] = JSON.parse(printed.slice(printed.search(/^\[/m))) as readonly { readonly filename: string }[];
  return join(destination, packed!.filename);
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeDestination } from '@dest/testkit';
import { FileDestination } from '../src/index';

/** The lines of a file, or none where there is no file yet. */
async function linesOf(path: string): Promise<readonly unknown[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}

describeDestination(FileDestination, {
  folder: join(__dirname, '..'),
  start: async (folder) => ({ path: join(folder, 'out.ndjson'), stop: async () => undefined }),
  init: { path: 'out.ndjson' },
  received: async ({ path }) => (await linesOf(path)).map((data) => ({ data })),
  cannot: {
    network: 'a file is on this machine',
    idempotencyKeys: 'a line is the payload alone',
  },
});

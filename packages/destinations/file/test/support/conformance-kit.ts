import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DestinationKit, OtherSide } from '@dest/testkit';

interface Written extends OtherSide {
  readonly path: string;
}

export const conformanceKit: DestinationKit<Written> = {
  folder: join(__dirname, '../..'),
  start: async (folder) => ({ path: join(folder, 'out.ndjson'), stop: async () => undefined }),
  init: { path: 'out.ndjson' },
  received: async ({ path }) => {
    // Not there before the first line.
    const text = await readFile(path, 'utf8').catch(() => '');
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.map((line) => ({ data: JSON.parse(line) as unknown }));
  },
  cannot: {
    network: 'a file is on this machine',
    idempotencyKeys: 'a line is the payload alone',
  },
};

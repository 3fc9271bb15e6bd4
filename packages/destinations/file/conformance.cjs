const { readFile } = require('node:fs/promises');
const { join } = require('node:path');

/** What `dest test` has to know, which brings the suite. */
exports.conformance = {
  folder: __dirname,
  start: async (folder) => ({ path: join(folder, 'out.ndjson'), stop: async () => undefined }),
  init: { path: 'out.ndjson' },
  received: async ({ path }) => {
    // Not there before the first line.
    const text = await readFile(path, 'utf8').catch(() => '');
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.map((line) => ({ data: JSON.parse(line) }));
  },
  cannot: {
    network: 'a file is on this machine',
    idempotencyKeys: 'a line is the payload alone',
  },
};

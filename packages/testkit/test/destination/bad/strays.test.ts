import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const script = join(__dirname, '../support/straying.cjs');

test.each([
  ['rejection', 'nobody awaits this'],
  ['exception', 'nobody catches this'],
])(
  'one that lets a %s go where nobody can catch it is found out, and ends nothing',
  async (kind, message) => {
    const { stdout } = await promisify(execFile)(process.execPath, [script, kind]);
    const failed = JSON.parse(stdout) as readonly { readonly name: string; readonly message: string }[];
    expect(failed).toEqual([
      { name: 'it throws nothing outside of its calls', message: expect.stringContaining(message) as string },
    ]);
  },
  60_000,
);

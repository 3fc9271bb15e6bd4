import { inspectApplication } from '@dest/host';
import { mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPage } from './markdown';

const root = join(__dirname, '../..');
const guides = join(root, 'docs/guides');

/** The configurations of a guide, by file: code blocks with `<!-- configuration: file -->` above them. */
function configurationsOf(guide: string): readonly (readonly [guide: string, file: string, text: string])[] {
  const found = readPage(join(guides, guide)).matchAll(/<!-- configuration: (\S+) -->\s+```yaml\n([^]*?)```/g);
  return [...found].map(([, file, text]) => [guide, file as string, text as string] as const);
}

const configurations = readdirSync(guides)
  .filter((name) => name.endsWith('.md'))
  .flatMap(configurationsOf);

test('guides have configurations', () => {
  expect(configurations.map(([guide]) => guide)).toContain('scale-out.md');
});

test.each(configurations)('%s: %s can be used as it is', async (_guide, file, text) => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dest-guides-')));
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, file), text);
    const environment = { PULSAR_TOKEN: 'token' };
    const { application, issues } = await inspectApplication({ config: join(folder, file), environment });
    await application?.close();
    expect(issues).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runUnderLimit } from './support/run-under-limit';

describe('a disk that is full', () => {
  it('fails as transient, takes a half-written line back, and goes on when there is room', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dest-file-'));
    const path = join(folder, 'out.ndjson');
    try {
      // 1,024 bytes: three records of 303 and a part of the fourth.
      const record = `${JSON.stringify('x'.repeat(300))}\n`;
      const printed = JSON.parse(await runUnderLimit('fill-up.ts', 2, path)) as Record<string, unknown>;
      const { delivered, failure, content } = printed;
      expect(delivered).toBe(3);
      expect(failure).toMatchObject({ retry: 'transient', scope: 'destination', code: 'FILE_WRITE_FAILED' });
      expect(content).toBe(`${record.repeat(3)}"short"\n`);
      expect(await readFile(path, 'utf8')).toBe(record);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

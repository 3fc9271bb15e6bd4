import { readFileSync, writeFileSync } from 'node:fs';
import { commitsBehindDamage } from '../../../src/outbox/sqlite/log-check';
import { startChild } from './support/child-process';
import { OutboxFolder } from './support/outbox-folder';

const folder = new OutboxFolder();
const FRAME_BYTES = 24 + 4_096;

/** The log of a process that was killed. */
async function makeLog(): Promise<Buffer> {
  const child = startChild('append', folder.file, 1);
  await child.said(200);
  await child.kill();
  return readFileSync(`${folder.file}-wal`);
}

function damaged(log: Buffer, at: number): string {
  const copy = Buffer.from(log);
  copy[at]! ^= 4;
  const path = `${folder.file}-damaged`;
  writeFileSync(path, copy);
  return path;
}

test('a log that is sound, missing, empty or cut has nothing behind damage', async () => {
  const log = await makeLog();
  const path = `${folder.file}-wal`;
  expect(commitsBehindDamage(path)).toBe(0);
  expect(commitsBehindDamage(`${path}-missing`)).toBe(0);
  for (const length of [0, 20, 32, 32 + FRAME_BYTES * 3, 100_000]) {
    writeFileSync(path, log.subarray(0, length));
    expect(commitsBehindDamage(path)).toBe(0);
  }
});

test('the commits behind a damaged frame are counted, those before it are not', async () => {
  const log = await makeLog();
  const atStart = commitsBehindDamage(damaged(log, 32 + 1_000));
  const inTheMiddle = commitsBehindDamage(
    damaged(log, 32 + Math.floor(log.length / FRAME_BYTES / 2) * FRAME_BYTES + 500),
  );
  expect(inTheMiddle).toBeGreaterThan(0);
  expect(atStart).toBeGreaterThan(inTheMiddle);
});

test('a log without a sound header has something behind it', async () => {
  const log = await makeLog();
  for (const at of [0, 9, 17, 25]) expect(commitsBehindDamage(damaged(log, at))).toBeGreaterThan(0);
});

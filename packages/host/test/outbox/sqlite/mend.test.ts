import { copyFileSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import type { SqliteOutbox } from '../../../src/outbox/sqlite/sqlite-outbox';
import { salvage } from '../../../src/outbox/sqlite/salvage';
import { startChild } from './support/child-process';
import { OutboxFolder } from './support/outbox-folder';
import { accepted, copyFor, laneOf } from './support/samples';

const folder = new OutboxFolder();
const [orders, other] = [laneOf('orders'), laneOf('other')];
const COUNT = 5_000;

/** A file in which a page of the first lane, far behind its beginning, is nothing but zeros. */
async function makeDamaged(): Promise<void> {
  const { outbox } = await folder.open();
  await outbox.append(accepted('first'), [copyFor(orders)]);
  await outbox.append(accepted('in flight'), [copyFor(other)]);
  await Promise.all(
    Array.from({ length: COUNT }, (_, index) => outbox.append(accepted(`e-${index}`), [copyFor(orders)])),
  );
  await outbox.close();
  const content = readFileSync(folder.file);
  // Lane 2, sequence 3,000, envelope 6,000.
  const page = Math.floor(content.indexOf(Buffer.from([0x02, 0x0b, 0xb8, 0x17, 0x70])) / 4_096);
  content.fill(0, page * 4_096, page * 4_096 + 4_096);
  writeFileSync(folder.file, content);
}

/** Has the damage met by work behind the live traffic. */
async function meetDamage(outbox: SqliteOutbox): Promise<void> {
  await expect(outbox.dropLane(orders)).rejects.toMatchObject({ code: 'OUTBOX_FAILED' });
}

test('an outbox closes while its file is being mended', async () => {
  await makeDamaged();
  const { outbox } = await folder.open();
  await meetDamage(outbox);
  await outbox.close();
  expect(readdirSync(folder.path).filter((name) => /damaged-[^-]+$/.test(name))).toHaveLength(1);
});

test('what is in flight while the file is mended was in flight at no crash, and is still noted', async () => {
  await makeDamaged();
  const { outbox } = await folder.open();
  const [inFlight] = await outbox.read(other, { after: 0, limit: 1, which: 'all' });
  outbox.started([inFlight!]);
  await meetDamage(outbox);
  const [again] = await outbox.read(other, { after: 0, limit: 1, which: 'all' });
  expect(again).toEqual(inFlight);
  const [later] = await outbox.read(orders, { after: 0, limit: 1, which: 'all' });
  outbox.started([later!]);
  expect(readFileSync(`${folder.file}-inflight`, 'utf8')).toMatch(
    /^inflight .+\nlane \d+ .+\n\+\d+\/0\/2\/0\nlane \d+ .+\n\+\d+\/0\/\d+\/0\n$/,
  );
});

test('what is saved is for the owner alone from the beginning', async () => {
  await makeDamaged();
  const before = process.umask(0);
  try {
    salvage(folder.file, 1e9, false);
  } finally {
    process.umask(before);
  }
  expect(statSync(folder.file).mode & 0o777).toBe(0o600);
});

describe('while another process mends the file', () => {
  test.each([
    ['is still at it', '.new'],
    ['is about to put the new one in its place', '.salvaged'],
  ])('and %s it is refused, and all left as it is', async (_, suffix) => {
    const { outbox } = await folder.open();
    await outbox.append(accepted('a'), [copyFor(orders)]);
    await outbox.close();
    copyFileSync(folder.file, folder.file + suffix);
    writeFileSync(folder.file, Buffer.alloc(8_192, 7));
    const child = startChild('hold', folder.file + suffix);
    await child.said(1);
    const names = readdirSync(folder.path);
    await expect(folder.open()).rejects.toMatchObject({ code: 'OUTBOX_LOCKED' });
    expect(readdirSync(folder.path)).toEqual(names);
    await child.kill();
    const { outbox: next } = await folder.open();
    expect(existsSync(folder.file + suffix)).toBe(false);
    expect((await next.append(accepted('b'), [copyFor(orders)])).deliveries).toHaveLength(1);
  });
});

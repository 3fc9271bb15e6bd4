import { ConfigurationError } from '@dest/core';
import { startChild } from './support/child-process';
import { OutboxFolder } from './support/outbox-folder';
import { accepted, copyFor, laneOf } from './support/samples';

const folder = new OutboxFolder();

test('a second process refuses, and leaves everything as it is; the lock ends with a SIGKILL', async () => {
  const child = startChild('hold', folder.file);
  await child.said(1);
  const refused = folder.create().open();
  await expect(refused).rejects.toBeInstanceOf(ConfigurationError);
  await expect(refused).rejects.toMatchObject({ code: 'OUTBOX_LOCKED' });
  await expect(refused).rejects.toThrow(folder.file);
  await child.kill();
  const { outbox } = await folder.open();
  expect((await outbox.append(accepted('a'), [copyFor(laneOf('orders'))])).deliveries).toHaveLength(1);
});

test('a second process refuses while this one has it open', async () => {
  await folder.open();
  const child = startChild('hold', folder.file);
  expect(await child.ended).toBe(1);
  expect(child.lines.join()).toContain('OUTBOX_LOCKED');
});

test('a second outbox in the same process refuses', async () => {
  const { outbox } = await folder.open();
  await expect(folder.create().open()).rejects.toMatchObject({ code: 'OUTBOX_LOCKED' });
  expect((await outbox.append(accepted('a'), [copyFor(laneOf('orders'))])).deliveries).toHaveLength(1);
});

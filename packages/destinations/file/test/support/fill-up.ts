// Run by run-under-limit: writes until the file is full, and goes on after another has made room.
import { failureOf } from '@dest/core';
import { readFileSync, truncateSync } from 'node:fs';
import { FileWriter } from '../../src/file-writer';

async function fillUp(path: string): Promise<void> {
  const writer = await FileWriter.open(path);
  const record = `${JSON.stringify('x'.repeat(300))}\n`;
  let delivered = 0;
  let failure: unknown;
  while (failure === undefined) {
    try {
      await writer.append([record]);
      delivered++;
    } catch (error) {
      failure = failureOf(error);
    }
  }
  await writer.append(['"short"\n']);
  const content = readFileSync(path, 'utf8');
  truncateSync(path);
  await writer.append([record]);
  await writer.close();
  process.stdout.write(JSON.stringify({ delivered, failure, content }));
}

void fillUp(process.argv[3] ?? '');

import { systemClock } from '@dest/core';
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readText, watchConfiguration } from '../../src/run-host/watch-configuration';
import { createWorkspace, type Workspace } from '../support/workspace';

describe('watchConfiguration', () => {
  let workspace: Workspace;
  let changes: number;
  let end: () => void;
  beforeEach(() => {
    workspace = createWorkspace();
    changes = 0;
    end = () => undefined;
  });
  afterEach(() => {
    end();
    workspace.remove();
  });

  const watched = async (file: string, known?: string): Promise<void> => {
    end = watchConfiguration({
      file,
      known: known ?? (await readText(file)),
      clock: systemClock,
      onChange: () => changes++,
      onFallback: (reason) => {
        throw new Error(reason);
      },
    });
  };
  const changed = async (times: number): Promise<void> => {
    while (changes < times) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(changes).toBe(times);
  };

  it('tells when the file is written, replaced, and there again after it was gone', async () => {
    const file = workspace.write('dest.yaml', 'one');
    await watched(file);
    writeFileSync(file, 'two');
    await changed(1);
    renameSync(workspace.write('dest.yaml.tmp', 'three'), file);
    await changed(2);
    rmSync(file);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(changes).toBe(2);
    writeFileSync(file, 'four');
    await changed(3);
  });

  it('tells what happened before it began to watch', async () => {
    const file = workspace.write('dest.yaml', 'two');
    await watched(file, 'one');
    await changed(1);
  });

  it('tells nothing where other files change, or nothing but the time does', async () => {
    const file = workspace.write('dest.yaml', 'one');
    await watched(file);
    for (let index = 0; index < 30; index++) {
      appendFileSync(workspace.path('out.ndjson'), '{}\n');
      writeFileSync(file, 'one');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(changes).toBe(0);
  });

  it('is not put off by a folder in which there is always something going on', async () => {
    const file = workspace.write('dest.yaml', 'one');
    await watched(file);
    const busy = setInterval(() => appendFileSync(workspace.path('out.ndjson'), '{}\n'), 10);
    try {
      writeFileSync(file, 'two');
      await changed(1);
    } finally {
      clearInterval(busy);
    }
  });

  it('waits until a file that is being written is whole', async () => {
    const file = workspace.write('dest.yaml', 'one');
    const seen: (string | undefined)[] = [];
    end = watchConfiguration({
      file,
      known: 'one',
      clock: systemClock,
      onChange: () => void readText(file).then((text) => seen.push(text)),
      onFallback: () => undefined,
    });
    let text = '';
    for (let index = 0; index < 20; index++) {
      text += `line ${index}\n`;
      writeFileSync(file, text);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    while (seen.at(-1) !== text) await new Promise((resolve) => setTimeout(resolve, 5));
    // Far fewer than writes; on a machine that stalls, a pause may look like the end.
    expect(seen.length).toBeLessThan(10);
  });

  it('follows links, as deployments change them', async () => {
    mkdirSync(workspace.path('v1'));
    mkdirSync(workspace.path('v2'));
    workspace.write('v1/dest.yaml', 'one');
    workspace.write('v2/dest.yaml', 'two');
    symlinkSync('v1', workspace.path('current'));
    symlinkSync('current/dest.yaml', workspace.path('dest.yaml'));
    await watched(workspace.path('dest.yaml'));
    symlinkSync('v2', workspace.path('next'));
    renameSync(workspace.path('next'), workspace.path('current'));
    await changed(1);
    // The file that it was a link to when it began is watched as well.
    end();
    changes = 0;
    await watched(workspace.path('dest.yaml'));
    writeFileSync(workspace.path('v2/dest.yaml'), 'three');
    await changed(1);
  });
});

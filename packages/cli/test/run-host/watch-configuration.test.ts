import { systemClock, type Clock } from '@dest/core';
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readText, watchConfiguration } from '../../src/run-host/watch-configuration';
import { until } from '../support/until';
import { createWorkspace, type Workspace } from '../support/workspace';

function fail(reason: string): never {
  throw new Error(reason);
}

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
      onFallback: fail,
    });
  };
  const changed = async (times: number): Promise<void> => {
    await until(() => changes >= times);
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
    const pending: (() => void)[] = [];
    const schedule: Clock['schedule'] = (_delay, callback) => {
      pending.push(callback);
      return () => undefined;
    };
    const seen: string[] = [];
    const onChange = (): void => void seen.push(workspace.read('dest.yaml'));
    end = watchConfiguration({ file, known: 'one', clock: { now: () => 0, schedule }, onChange, onFallback: fail });
    const timePasses = async (): Promise<void> => {
      for (const callback of pending.splice(0)) callback();
      await new Promise((resolve) => setTimeout(resolve, 10));
    };
    writeFileSync(file, 'half');
    await timePasses();
    await until(() => pending.length > 0);
    writeFileSync(file, 'half and half');
    while (seen.length === 0) await timePasses();
    for (let round = 0; round < 20; round++) await timePasses();
    expect(seen).toEqual(['half and half']);
  });

  it('follows links of the folders that the file is in', async () => {
    for (const version of ['v1', 'v2', 'v3']) workspace.write(`releases/${version}/app/dest.yaml`, version);
    symlinkSync('releases', workspace.path('all'));
    const switchTo = (version: string): void => {
      symlinkSync(`./all/${version}`, workspace.path('next'));
      renameSync(workspace.path('next'), workspace.path('current'));
    };
    switchTo('v1');
    await watched(workspace.path('current/app/dest.yaml'));
    switchTo('v2');
    await changed(1);
    switchTo('v3');
    await changed(2);
    writeFileSync(workspace.path('releases/v3/app/dest.yaml'), 'v3 again');
    await changed(3);
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
    // So is one that it leads to only since.
    writeFileSync(workspace.path('v2/dest.yaml'), 'two again');
    await changed(2);
    // The file that it was a link to when it began is watched as well.
    end();
    changes = 0;
    await watched(workspace.path('dest.yaml'));
    writeFileSync(workspace.path('v2/dest.yaml'), 'three');
    await changed(1);
  });
});

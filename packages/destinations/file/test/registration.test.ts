import { DestinationRegistry } from '@dest/core';
import { readFile } from 'node:fs/promises';
import { FileDestination } from '../src/index';
import { context, dispatch, Folder } from './support/destination';

describe('@dest/file in a registry', () => {
  it('is made without a resource, with its defaults, and shares the writer of a file', async () => {
    const folder = await Folder.make();
    const registry = new DestinationRegistry({ from: folder.path });
    expect(registry.register(FileDestination)).toMatchObject({ package: '@dest/file', title: 'File' });
    const { destination } = folder.create({ path: 'out.ndjson' });
    const init = { path: 'out.ndjson', rotate: { maxBytes: 8 } };
    const made = [false, true].map(
      (debug) => registry.create({ debug, destination: { ...destination, init } }) as FileDestination,
    );
    for (const one of made) await one.open(context());
    await Promise.all(made.map((one) => dispatch(one, 'text')));
    for (const one of made) await one.close();
    expect(await readFile(folder.join('out.ndjson.1'), 'utf8')).toBe('"text"\n');
    expect(await readFile(folder.join('out.ndjson'), 'utf8')).toBe('"text"\n');
    await folder.remove();
  });

  it.each([
    [{}, 'path'],
    [{ path: '' }, 'init.path'],
    [{ path: 'x', rotate: {} }, 'maxBytes'],
    [{ path: 'x', rotate: { maxBytes: 1.5 } }, 'init.rotate.maxBytes'],
    [{ path: 'x', rotate: { maxBytes: 0 } }, 'init.rotate.maxBytes'],
    [{ path: 'x', rotate: { maxBytes: 1, keep: -1 } }, 'init.rotate.keep'],
    [{ path: 'x', mode: 'w' }, 'mode'],
  ])('refuses %j', async (init, place) => {
    const folder = await Folder.make();
    const registry = new DestinationRegistry({ from: folder.path });
    registry.register(FileDestination);
    const { destination } = folder.create({ path: 'x' });
    expect(() => registry.create({ debug: false, destination: { ...destination, init } })).toThrow(place);
    await folder.remove();
  });
});

import { EventEmitter, once } from 'node:events';
import {
  appendFile,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { dirname } from 'node:path';
import { context, dispatch, failing, Folder, items } from './support/destination';

let folder: Folder;

beforeEach(async () => {
  folder = await Folder.make();
});

afterEach(async () => {
  await folder.remove();
});

async function text(...names: readonly string[]): Promise<string> {
  return readFile(folder.join(...names), 'utf8');
}

async function lines(...names: readonly string[]): Promise<unknown[]> {
  const parts = (await text(...names)).split('\n');
  expect(parts.pop()).toBe('');
  return parts.map((line): unknown => JSON.parse(line));
}

describe('appending', () => {
  it('writes any JSON data as a line of its own, and reads back the same', async () => {
    const data = [
      { a: 1 },
      [],
      'text',
      null,
      0,
      true,
      'line\nbreak',
      '\u2028\u2029',
      '\ud800',
      'zażółć 🐟',
      { ['__proto__']: 1 },
    ];
    const made = await folder.open({ path: 'out.ndjson' });
    for (const value of data) await dispatch(made, value);
    await made.dispatchProfile({ p: 1 }, { id: 'p' }, undefined, context());
    expect(await lines('out.ndjson')).toEqual([...data, { p: 1 }]);
  });

  it('writes a batch in order, and gives a result per item', async () => {
    const made = await folder.open({ path: 'out.ndjson' });
    expect(await made.dispatchBatch(items(1, 'two', { three: 3 }), context())).toEqual([
      { ok: true },
      { ok: true },
      { ok: true },
    ]);
    expect(await made.dispatchBatch([], context())).toEqual([]);
    expect(await text('out.ndjson')).toBe('1\n"two"\n{"three":3}\n');
  });

  it('makes folders and file for their owner only, and appends to what is there', async () => {
    const made = await folder.open({ path: 'a/b/out.ndjson' });
    await dispatch(made, 1);
    expect((await stat(folder.join('a/b/out.ndjson'))).mode & 0o777).toBe(0o600);
    expect((await stat(folder.join('a/b'))).mode & 0o777).toBe(0o700);
    expect((await stat(folder.join('a'))).mode & 0o777).toBe(0o700);
    await made.close();
    await dispatch(await folder.open({ path: 'a/b/out.ndjson' }), 2);
    expect(await lines('a/b/out.ndjson')).toEqual([1, 2]);
  });

  it('keeps lines whole when many write at once through several destinations, debug and production', async () => {
    const made = await Promise.all([
      folder.open({ path: 'out.ndjson' }),
      folder.open({ path: './x/../out.ndjson' }),
      folder.open({ path: 'out.ndjson' }, { debug: true }),
    ]);
    expect(folder.connections.open).toEqual([folder.join('out.ndjson')]);
    const padding = 'x'.repeat(5_000);
    const writes = Array.from({ length: 300 }, (_, index) => {
      const destination = made[index % made.length];
      if (destination === undefined) throw new Error('unreachable');
      return dispatch(destination, { index, padding });
    });
    await Promise.all(writes);
    const read = (await lines('out.ndjson')) as { index: number; padding: string }[];
    expect(read.map(({ index }) => index)).toEqual(Array.from({ length: 300 }, (_, index) => index));
    expect(read.every((line) => line.padding === padding)).toBe(true);
  });

  it('syncs what arrives during a write once, and before it counts as done', async () => {
    const made = await folder.open({ path: 'out.ndjson' });
    const handle = await open(folder.join('out.ndjson'), 'r');
    const prototype = Object.getPrototypeOf(handle) as typeof handle;
    await handle.close();
    const syncs = new EventEmitter();
    const sync = jest
      .spyOn(prototype, 'datasync')
      .mockImplementation(() => new Promise<void>((resolve) => syncs.emit('sync', resolve)));
    try {
      let done = 0;
      const firstSync = once(syncs, 'sync');
      const writes = Array.from({ length: 50 }, async (_, index) => {
        await dispatch(made, index);
        done++;
      });
      const unsynced = Promise.all(writes).then((): never => {
        throw new Error('all were done before the last sync');
      });
      const [endFirst] = (await Promise.race([firstSync, unsynced])) as [() => void];
      expect([sync.mock.calls.length, done]).toEqual([1, 0]);
      const secondSync = once(syncs, 'sync');
      endFirst();
      // The first went alone, the other 49 together.
      const [endSecond] = (await Promise.race([secondSync, unsynced])) as [() => void];
      expect([sync.mock.calls.length, done]).toEqual([2, 1]);
      endSecond();
      await expect(unsynced).rejects.toThrow('all were done');
      expect([sync.mock.calls.length, done]).toEqual([2, 50]);
    } finally {
      sync.mockRestore();
    }
  });
});

describe('a file that others touch', () => {
  it('ends a line that a crash left unfinished', async () => {
    await writeFile(folder.join('out.ndjson'), '1\n{"a":');
    await dispatch(await folder.open({ path: 'out.ndjson' }), 2);
    expect(await text('out.ndjson')).toBe('1\n{"a":\n2\n');
  });

  it.each([
    ['renamed', () => rename(folder.join('out.ndjson'), folder.join('old'))],
    ['removed', () => rm(folder.join('out.ndjson'))],
    [
      'replaced',
      async () => {
        await writeFile(folder.join('new'), '"new"\n');
        await rename(folder.join('new'), folder.join('out.ndjson'));
      },
    ],
    ['removed with its folder', () => rm(folder.path, { recursive: true })],
  ])('opens another where the file was %s', async (what, change) => {
    const made = await folder.open({ path: 'out.ndjson' });
    await dispatch(made, 1);
    await change();
    await dispatch(made, 2);
    await dispatch(made, 3);
    expect(await lines('out.ndjson')).toEqual(what === 'replaced' ? ['new', 2, 3] : [2, 3]);
    if (what === 'renamed') expect(await lines('old')).toEqual([1]);
  });

  it('goes on where the file was cut or appended to', async () => {
    const made = await folder.open({ path: 'out.ndjson' });
    await dispatch(made, 1);
    await truncate(folder.join('out.ndjson'));
    await dispatch(made, 2);
    await appendFile(folder.join('out.ndjson'), '"half');
    await dispatch(made, 3);
    expect(await text('out.ndjson')).toBe('2\n"half\n3\n');
  });
});

describe('rotation', () => {
  it('puts the file aside before it exceeds the size, and keeps the given number', async () => {
    const made = await folder.open({ path: 'out.ndjson', rotate: { maxBytes: 4, keep: 2 } });
    for (let index = 0; index < 9; index++) await dispatch(made, index);
    expect((await readdir(folder.path)).sort()).toEqual(['out.ndjson', 'out.ndjson.1', 'out.ndjson.2']);
    expect(await text('out.ndjson')).toBe('8\n');
    expect(await text('out.ndjson.1')).toBe('6\n7\n');
    expect(await text('out.ndjson.2')).toBe('4\n5\n');
  });

  it('divides a batch at the same places', async () => {
    const made = await folder.open({ path: 'out.ndjson', rotate: { maxBytes: 4, keep: 9 } });
    await made.dispatchBatch(items(0, 1, 2, 3, 'larger', 5), context());
    const files = ['out.ndjson.3', 'out.ndjson.2', 'out.ndjson.1', 'out.ndjson'];
    expect(await Promise.all(files.map((name) => text(name)))).toEqual(['0\n1\n', '2\n3\n', '"larger"\n', '5\n']);
  });

  it('deletes what an earlier, larger number kept, and no file of another name', async () => {
    for (const number of [1, 2, 3, 4]) await writeFile(folder.join(`out.ndjson.${number}`), `"old ${number}"\n`);
    await writeFile(folder.join('out.ndjson.2024'), 'foreign');
    await writeFile(folder.join('out.ndjson'), '"full"\n');
    await dispatch(await folder.open({ path: 'out.ndjson', rotate: { maxBytes: 4, keep: 2 } }), 1);
    const names = ['out.ndjson', 'out.ndjson.1', 'out.ndjson.2', 'out.ndjson.2024'];
    expect((await readdir(folder.path)).sort()).toEqual(names);
    expect(await lines('out.ndjson.1')).toEqual(['full']);
    expect(await lines('out.ndjson.2')).toEqual(['old 1']);
  });

  it('fills a number that is missing', async () => {
    for (const number of [1, 3]) await writeFile(folder.join(`out.ndjson.${number}`), `"old ${number}"\n`);
    await writeFile(folder.join('out.ndjson'), '"full"\n');
    await dispatch(await folder.open({ path: 'out.ndjson', rotate: { maxBytes: 4, keep: 3 } }), 1);
    const older = await Promise.all([1, 2, 3].map((number) => lines(`out.ndjson.${number}`)));
    expect(older).toEqual([['full'], ['old 1'], ['old 3']]);
  });

  it('keeps none where none is to be kept', async () => {
    const made = await folder.open({ path: 'out.ndjson', rotate: { maxBytes: 2, keep: 0 } });
    for (let index = 0; index < 3; index++) await dispatch(made, index);
    expect(await readdir(folder.path)).toEqual(['out.ndjson']);
    expect(await lines('out.ndjson')).toEqual([2]);
  });

  it('loses nothing under concurrent writes', async () => {
    const made = await folder.open({ path: 'out.ndjson', rotate: { maxBytes: 100, keep: 1000 } });
    await Promise.all(Array.from({ length: 200 }, (_, index) => dispatch(made, { index })));
    const names = await readdir(folder.path);
    expect(names.length).toBeGreaterThan(10);
    const read = (await Promise.all(names.map((name) => lines(name)))).flat() as { index: number }[];
    expect(read.map(({ index }) => index).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 200 }, (_, index) => index),
    );
    const sizes = await Promise.all(names.map(async (name) => (await stat(folder.join(name))).size));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
  });

  it('reports a folder in the way, and goes on when it is gone', async () => {
    const made = await folder.open({ path: 'out.ndjson', rotate: { maxBytes: 2, keep: 1 } });
    await dispatch(made, 1);
    await mkdir(folder.join('out.ndjson.1'));
    expect(await failing(dispatch(made, 2))).toMatchObject({ retry: 'configuration', code: 'FILE_NOT_WRITABLE' });
    await rm(folder.join('out.ndjson.1'), { recursive: true });
    await dispatch(made, 2);
    expect([await lines('out.ndjson.1'), await lines('out.ndjson')]).toEqual([[1], [2]]);
  });
});

describe('what can not be written', () => {
  it.each([
    ['a folder', 'EISDIR', (path: string) => mkdir(path)],
    ['below a file', 'ENOTDIR', (path: string) => writeFile(dirname(path), '')],
    ['a device', 'ENOTSUP', (path: string) => symlink('/dev/full', path)],
    ['a circle of links', 'ELOOP', (path: string) => symlink(path, path)],
  ])('refuses %s at open (%s)', async (what, _code, prepare) => {
    const path = what === 'below a file' ? 'file/out.ndjson' : 'out.ndjson';
    await prepare(folder.join(path));
    const failure = await failing(folder.open({ path }));
    expect(failure).toMatchObject({ retry: 'configuration', scope: 'destination', code: 'FILE_NOT_WRITABLE' });
    expect(failure.message).toContain(folder.join(path));
    expect(folder.connections.open).toEqual([]);
  });

  it('refuses a path that is too long', async () => {
    expect(await failing(folder.open({ path: 'x'.repeat(300) }))).toMatchObject({ code: 'FILE_NOT_WRITABLE' });
  });
});

describe('check and close', () => {
  it('says whether the file can be appended to', async () => {
    const made = await folder.open({ path: 'out.ndjson' });
    expect(await made.check(context())).toMatchObject({ ok: true });
    await rm(folder.join('out.ndjson'));
    await mkdir(folder.join('out.ndjson'));
    expect(await made.check(context())).toMatchObject({
      ok: false,
      message: expect.stringContaining('folder') as string,
    });
  });

  it('closes the file with its last destination, after what is under way', async () => {
    const [one, other] = [await folder.open({ path: 'out.ndjson' }), await folder.open({ path: 'out.ndjson' })];
    await one.close();
    const writes = [1, 2, 3].map((value) => dispatch(other, value));
    await other.close();
    await Promise.all(writes);
    expect(await lines('out.ndjson')).toEqual([1, 2, 3]);
    expect(folder.connections.open).toEqual([]);
    expect(await failing(dispatch(other, 4))).toMatchObject({ retry: 'transient', scope: 'destination' });
  });

  it('is safe without open and twice', async () => {
    await folder.create({ path: 'out.ndjson' }).close();
    const made = await folder.open({ path: 'out.ndjson' });
    await made.close();
    await made.close();
    expect(await failing(dispatch(made, 1))).toMatchObject({ code: 'FILE_NOT_OPEN' });
  });
});

import { connectControl, startControlServer } from '@dest/host';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import type * as fs from 'node:fs';
import { createServer, type Socket } from 'node:net';
import type * as os from 'node:os';
import { join } from 'node:path';
import { scriptedHost, STATUS } from './support/scripted-host';
import { afterwards, IDENTITY, rawClient, serve, socketFolder } from './support/socket-folder';

const HELLO = '{"protocol":"dest-control","version":1}\n';

/** A socket that a process left behind which was killed while it listened. */
async function leaveStaleSocket(path: string): Promise<void> {
  const code = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', code]);
  await once(child.stdout, 'data');
  const ended = once(child, 'close');
  child.kill('SIGKILL');
  await ended;
  expect(statSync(path).isSocket()).toBe(true);
}

function useTemporaryFolder(folder: string): void {
  jest.spyOn(jest.requireActual<typeof os>('node:os'), 'tmpdir').mockReturnValue(folder);
  afterwards(() => void jest.restoreAllMocks());
}

/** A call that is answered when the test says so. */
function suspended(result: unknown): { answer: () => Promise<unknown>; asked: Promise<void>; finish: () => void } {
  let ask = (): void => undefined;
  let finish = (): void => undefined;
  const asked = new Promise<void>((resolve) => (ask = resolve));
  const answered = new Promise<unknown>((resolve) => (finish = () => resolve(result)));
  return {
    answer: () => {
      ask();
      return answered;
    },
    asked,
    finish: () => finish(),
  };
}

/** A server that does as told with each client. */
async function impostor(path: string, onClient: (socket: Socket) => void): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    afterwards(() => void socket.destroy());
    onClient(socket);
  });
  server.listen(path);
  await once(server, 'listening');
  afterwards(() => new Promise((resolve) => server.close(resolve)));
}

describe('the control socket', () => {
  it('is for its owner only, in a folder that is made for it', async () => {
    const folder = join(socketFolder(), 'deep', 'er');
    const before = process.umask(0);
    // Not even for a moment: it has its mode before anything could set it.
    const chmod = jest.spyOn(jest.requireActual<typeof fs>('node:fs'), 'chmodSync').mockReturnValue();
    try {
      await serve(scriptedHost().control, join(folder, 'control.sock'));
    } finally {
      process.umask(before);
      chmod.mockRestore();
    }
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'control.sock')).mode & 0o777).toBe(0o600);
    expect(process.umask()).toBe(before);
  });

  it.each([0o777, 0o720, 0o1777])('is not put into a folder of mode %o, nor looked for there', async (mode) => {
    const folder = join(socketFolder(), 'open');
    mkdirSync(folder);
    chmodSync(folder, mode);
    const path = join(folder, 'control.sock');
    const refusal = { code: 'CONTROL_FOLDER_UNSAFE', message: expect.stringContaining(`chmod go-w ${folder}`) };
    await expect(startControlServer(scriptedHost().control, { path, identity: IDENTITY })).rejects.toMatchObject(
      refusal,
    );
    expect(readdirSync(folder)).toEqual([]);
    await expect(connectControl(path)).rejects.toMatchObject(refusal);
  });

  it('replaces what a killed host left behind', async () => {
    const folder = socketFolder();
    const path = join(folder, 'control.sock');
    await leaveStaleSocket(path);
    await expect(connectControl(path)).rejects.toMatchObject({ code: 'HOST_NOT_RUNNING' });
    await serve(scriptedHost({ countDeadLetters: 2 }).control, path);
    const client = await connectControl(path);
    afterwards(() => client.close());
    expect(await client.countDeadLetters({})).toBe(2);
    expect(readdirSync(folder)).toEqual(['control.sock']);
  });

  it('is not taken from a host that lives, however many try', async () => {
    const path = join(socketFolder(), 'control.sock');
    await leaveStaleSocket(path);
    const attempts = await Promise.allSettled(
      Array.from({ length: 8 }, (_none, index) => serve(scriptedHost({ countDeadLetters: index }).control, path)),
    );
    const refused = attempts.filter((attempt) => attempt.status === 'rejected');
    expect(refused.map(({ reason }) => (reason as { code: string }).code)).toEqual(Array(7).fill('CONTROL_IN_USE'));
    const client = await connectControl(path);
    afterwards(() => client.close());
    expect(await client.countDeadLetters({})).toBe(attempts.findIndex(({ status }) => status === 'fulfilled'));
  });

  it('never removes what is no socket', async () => {
    const path = join(socketFolder(), 'control.sock');
    writeFileSync(path, 'mine');
    await expect(startControlServer(scriptedHost().control, { path, identity: IDENTITY })).rejects.toMatchObject({
      code: 'CONTROL_NOT_A_SOCKET',
    });
    expect(existsSync(path)).toBe(true);
    await expect(connectControl(path)).rejects.toMatchObject({ code: 'HOST_NOT_RUNNING' });
  });

  it('says why it can’t be made', async () => {
    const file = join(socketFolder(), 'file');
    writeFileSync(file, '');
    const starting = startControlServer(scriptedHost().control, { path: join(file, 'x.sock'), identity: IDENTITY });
    await expect(starting).rejects.toMatchObject({ code: 'CONTROL_UNAVAILABLE' });
  });

  it('is found under a short name where its own is too long', async () => {
    useTemporaryFolder(socketFolder());
    const folder = join(socketFolder(), 'x'.repeat(60), 'y'.repeat(60));
    const path = join(folder, 'control.sock');
    const server = await serve(scriptedHost({ countDeadLetters: 3 }).control, path);
    expect(Buffer.byteLength(server.address)).toBeLessThan(100);
    expect(statSync(join(server.address, '..')).mode & 0o777).toBe(0o700);
    const client = await connectControl(path);
    afterwards(() => client.close());
    expect(await client.countDeadLetters({})).toBe(3);
    await expect(connectControl(join(folder, 'other.sock'))).rejects.toMatchObject({ code: 'HOST_NOT_RUNNING' });
  });

  it('trusts no folder for short names that somebody else could have made', async () => {
    const folder = socketFolder();
    useTemporaryFolder(folder);
    const path = `/${'x'.repeat(120)}/control.sock`;
    const own = join(folder, `dest-${process.getuid?.()}`);
    mkdirSync(join(folder, 'elsewhere'), { mode: 0o700 });
    symlinkSync(join(folder, 'elsewhere'), own);
    const identity = IDENTITY;
    await expect(startControlServer(scriptedHost().control, { path, identity })).rejects.toMatchObject({
      code: 'CONTROL_FOLDER_UNSAFE',
    });
    await expect(connectControl(path)).rejects.toMatchObject({ code: 'CONTROL_FOLDER_UNSAFE' });
  });

  it('is gone when the host closes, which answers what it was asked before', async () => {
    const path = join(socketFolder(), 'control.sock');
    const call = suspended(9);
    const { control } = scriptedHost({ countDeadLetters: call.answer });
    const server = await serve(control, path, { closeTimeoutMs: 20_000 });
    const client = await connectControl(path);
    afterwards(() => client.close());
    const counted = client.countDeadLetters({});
    await call.asked;
    const closed = server.close();
    call.finish();
    expect(await counted).toBe(9);
    await closed;
    await expect(client.lanes()).rejects.toMatchObject({ code: 'CONTROL_LOST' });
    expect(existsSync(path)).toBe(false);
  });

  it('does not wait for ever for a call or a client that hangs when it closes', async () => {
    const path = join(socketFolder(), 'control.sock');
    const server = await serve(scriptedHost({ forget: () => new Promise(() => undefined) }).control, path);
    const client = await connectControl(path);
    const lost = client.forget('p').catch((error: unknown) => error);
    await client.ping();
    await rawClient(path);
    await server.close();
    expect(await lost).toMatchObject({ code: 'CONTROL_LOST', message: expect.stringContaining('forget') });
    await client.close();
  });
});

describe('a client that does as it likes', () => {
  it.each([
    ['garbage', 'GET / HTTP/1.1\r\n\r\n', 'CONTROL_REQUEST_INVALID'],
    ['another first line', '{"id":1,"method":"lanes"}\n', 'CONTROL_REQUEST_INVALID'],
    ['no object', 'null\n', 'CONTROL_REQUEST_INVALID'],
    ['another version', '{"protocol":"dest-control","version":99}\n', 'CONTROL_VERSION_UNSUPPORTED'],
    ['a line without end', 'x'.repeat(1_100_000), 'CONTROL_REQUEST_INVALID'],
    ['a request without id', `${HELLO}{"method":"lanes"}\n`, 'CONTROL_REQUEST_INVALID'],
    ['a request that is no JSON', `${HELLO}{"id":1,\n`, 'CONTROL_REQUEST_INVALID'],
  ])('is told and hung up on for %s, and others are served', async (_what, text, code) => {
    const path = join(socketFolder(), 'control.sock');
    const { control, calls } = scriptedHost({ lanes: [STATUS] });
    await serve(control, path);
    const good = await connectControl(path);
    afterwards(() => good.close());
    const { socket, next } = await rawClient(path);
    socket.write(text);
    expect(await next()).toEqual({ protocol: 'dest-control', version: 1 });
    expect(await next()).toMatchObject({ id: null, error: { code } });
    expect(await next()).toBeUndefined();
    expect(calls).toEqual([]);
    expect(await good.lanes()).toHaveLength(1);
  });

  it.each(['constructor', '__proto__', 'toString', 'dispatch', 'close'])('can’t call %s', async (method) => {
    const path = join(socketFolder(), 'control.sock');
    const { control, calls } = scriptedHost();
    await serve(control, path);
    const { socket, next } = await rawClient(path);
    await next();
    socket.write(`${HELLO}${JSON.stringify({ id: 'x', method })}\n`);
    expect(await next()).toMatchObject({
      id: 'x',
      error: {
        code: 'CONTROL_REQUEST_INVALID',
        retry: 'permanent',
        message: expect.stringContaining('There are: ping, lanes'),
      },
    });
    expect(calls).toEqual([]);
  });

  it('may say that it asks no more, and still gets its answers', async () => {
    const path = join(socketFolder(), 'control.sock');
    const call = suspended([STATUS]);
    await serve(scriptedHost({ lanes: call.answer, countDeadLetters: 1 }).control, path);
    const { socket, next } = await rawClient(path);
    const count = '{"id":2,"method":"countDeadLetters","params":{"filter":{}}}';
    socket.end(`${HELLO}{"id":1,"method":"lanes","params":{}}\n\n${count}\n`);
    await next();
    expect(await next()).toEqual({ id: 2, result: 1 });
    // What another client says later is answered: so the host has heard by now that this one says no more.
    const other = await connectControl(path);
    afterwards(() => other.close());
    for (let turn = 0; turn < 5; turn++) await other.ping();
    call.finish();
    expect(await next()).toEqual({ id: 1, result: [STATUS] });
    expect(await next()).toBeUndefined();
  });

  it('is let go where it says nothing', async () => {
    const path = join(socketFolder(), 'control.sock');
    await serve(scriptedHost().control, path, { helloTimeoutMs: 20 });
    const { next } = await rawClient(path);
    await next();
    expect(await next()).toBeUndefined();
  });

  it('waits where it asks for more than is answered, and keeps nobody else waiting', async () => {
    const path = join(socketFolder(), 'control.sock');
    let waiting: (() => void)[] = [];
    const { control, calls } = scriptedHost({
      forget: () => new Promise<object>((resolve) => waiting.push(() => resolve({}))),
      lanes: [STATUS],
    });
    await serve(control, path);
    const greedy = await connectControl(path);
    afterwards(() => greedy.close());
    const all = Promise.all(Array.from({ length: 100 }, (_none, index) => greedy.forget(`p${index}`)));
    const other = await connectControl(path);
    afterwards(() => other.close());
    let most = 0;
    while (calls.filter(([method]) => method === 'forget').length < 100) {
      await other.lanes();
      most = Math.max(most, waiting.length);
      const now = waiting;
      waiting = [];
      for (const end of now) end();
    }
    for (const end of waiting) end();
    expect(await all).toHaveLength(100);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(16);
  });

  it('may leave in the middle of a call', async () => {
    const path = join(socketFolder(), 'control.sock');
    const call = suspended({});
    const { control } = scriptedHost({ forget: call.answer, lanes: [STATUS] });
    await serve(control, path);
    const leaving = await connectControl(path);
    const lost = leaving.forget('p').catch((error: unknown) => error);
    await call.asked;
    await leaving.close();
    expect(await lost).toMatchObject({ code: 'CONTROL_LOST' });
    call.finish();
    const other = await connectControl(path);
    afterwards(() => other.close());
    expect(await other.lanes()).toHaveLength(1);
  });
});

describe('a client of something that is no host', () => {
  it.each([
    ['says nothing', () => undefined, 'CONTROL_SILENT'],
    ['hangs up', (socket: Socket) => socket.destroy(), 'CONTROL_LOST'],
    [
      'is a web server',
      (socket: Socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
      'CONTROL_VERSION_UNSUPPORTED',
    ],
    [
      'speaks another version',
      (socket: Socket) => socket.write('{"protocol":"dest-control","version":2}\n'),
      'CONTROL_VERSION_UNSUPPORTED',
    ],
    ['speaks another protocol', (socket: Socket) => socket.write('{"hello":1}\n'), 'CONTROL_VERSION_UNSUPPORTED'],
  ])('gets a coded error where it %s', async (_what, onClient, code) => {
    const path = join(socketFolder(), 'control.sock');
    await impostor(path, onClient);
    await expect(connectControl(path, { timeoutMs: code === 'CONTROL_SILENT' ? 50 : 20_000 })).rejects.toMatchObject({
      code,
    });
  });

  it('gets a coded error where it answers with nonsense', async () => {
    const path = join(socketFolder(), 'control.sock');
    await impostor(path, (socket) => {
      socket.write(HELLO);
      socket.on('data', (chunk) => String(chunk).includes('lanes') && socket.write('nonsense\n'));
    });
    const client = await connectControl(path);
    afterwards(() => client.close());
    await expect(client.lanes()).rejects.toMatchObject({ code: 'CONTROL_LOST' });
  });

  it('hears that no host runs where there is no folder either', async () => {
    const path = join(socketFolder(), 'none', 'control.sock');
    await expect(connectControl(path)).rejects.toMatchObject({ code: 'HOST_NOT_RUNNING' });
    expect(existsSync(join(path, '..'))).toBe(false);
  });
});

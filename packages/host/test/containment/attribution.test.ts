import { EventEmitter, once } from 'node:events';
import { createServer, connect, type AddressInfo } from 'node:net';
import {
  attributedTo,
  keepAttribution,
  runAttributed,
  runUnattributed,
  runUnattributedAsync,
} from '../../src/containment/attribution';
import type { Owner } from '../../src/containment/plugin-fault';

const owner: Owner = { package: 'plugin', destination: 'orders' };
const other: Owner = { package: 'plugin', destination: 'others' };

describe('attribution', () => {
  let stop: () => void;
  beforeEach(() => (stop = keepAttribution()));
  afterEach(() => stop());

  /** Whose code `callback` was when it was called. */
  const ownerIn = (start: (callback: () => void) => unknown): Promise<Owner | undefined> =>
    new Promise((resolve) => start(() => resolve(attributedTo())));

  it.each<[string, (callback: () => void) => unknown]>([
    ['a timer', (callback) => setTimeout(callback, 1)],
    ['an immediate', (callback) => setImmediate(callback)],
    ['a tick', (callback) => process.nextTick(callback)],
    ['a microtask', (callback) => queueMicrotask(callback)],
    ['a promise', (callback) => void Promise.resolve().then(callback)],
    [
      'an async function',
      (callback) =>
        void (async () => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          callback();
        })(),
    ],
    ['a timer in a timer', (callback) => setTimeout(() => setTimeout(callback, 1), 1)],
  ])('goes along into %s', async (_what, start) => {
    expect(await runAttributed(owner, () => ownerIn(start))).toBe(owner);
  });

  it('goes along into sockets', async () => {
    const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const found = runAttributed(owner, () => ownerIn((callback) => connect(port, '127.0.0.1').on('data', callback)));
    expect(await found).toBe(owner);
    server.close();
  });

  it('ends with the call, for who made it: also after awaiting it, and in timers started then', async () => {
    const found: (Owner | undefined)[] = [];
    const result = runAttributed(owner, () => new Promise<void>((resolve) => setTimeout(resolve, 1)));
    found.push(attributedTo());
    const then = result.then(() => found.push(attributedTo()));
    await result;
    found.push(attributedTo());
    await then;
    found.push(await ownerIn((callback) => setTimeout(callback, 1)));
    expect(found).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('ends where a call throws or rejects', async () => {
    const fail = (): never => {
      throw new Error('no');
    };
    expect(() => runAttributed(owner, fail)).toThrow('no');
    expect(attributedTo()).toBeUndefined();
    await expect(runAttributed(owner, async () => fail())).rejects.toThrow('no');
    expect(attributedTo()).toBeUndefined();
  });

  it('is not what settles a promise of the host, but who awaits it', async () => {
    let settle = (): void => undefined;
    const waited = new Promise<void>((resolve) => (settle = resolve));
    const found = (async () => {
      await waited;
      return attributedTo();
    })();
    runAttributed(owner, () => settle());
    expect(await found).toBeUndefined();
  });

  it('is that of who aborts a signal, in its listeners: so plugins are told of it by an attributed call', () => {
    const controller = new AbortController();
    const found: (Owner | undefined)[] = [];
    runAttributed(owner, () => controller.signal.addEventListener('abort', () => found.push(attributedTo())));
    runAttributed(owner, () => controller.abort());
    const host = new AbortController();
    host.signal.addEventListener('abort', () => found.push(attributedTo()));
    runAttributed(owner, () => runUnattributed(() => host.abort()));
    expect(found).toEqual([owner, undefined]);
  });

  it('is that of who emits, in the listeners of an emitter', () => {
    const emitter = new EventEmitter();
    const found: (Owner | undefined)[] = [];
    runAttributed(owner, () => emitter.on('x', () => found.push(attributedTo())));
    emitter.emit('x');
    expect(found).toEqual([undefined]);
  });

  it('is the inner one where calls are inside of one another', () => {
    const found = runAttributed(owner, () => [runAttributed(other, attributedTo), attributedTo()]);
    expect(found).toEqual([other, owner]);
  });

  describe('what a plugin asks the host for', () => {
    it('is not the plugin’s, nor are timers that it starts', async () => {
      const [asked, after, later] = runAttributed(owner, () => [
        runUnattributed(attributedTo),
        attributedTo(),
        runUnattributed(() => ownerIn((callback) => setTimeout(callback, 1))),
      ]);
      expect([asked, after, await later]).toEqual([undefined, owner, undefined]);
    });

    it('gives the plugin a promise that is its own', async () => {
      const inside: (Owner | undefined)[] = [];
      const after = await runAttributed(owner, async () => {
        await runUnattributedAsync(async () => {
          inside.push(attributedTo());
          await new Promise((resolve) => setTimeout(resolve, 1));
          inside.push(attributedTo());
        });
        return attributedTo();
      });
      expect(inside).toEqual([undefined, undefined]);
      expect(after).toBe(owner);
    });

    it('rejects where it throws before it returns a promise', async () => {
      const fail = (): never => {
        throw new Error('no');
      };
      await expect(runAttributed(owner, () => runUnattributedAsync(fail))).rejects.toThrow('no');
    });
  });

  it('is kept until the last one who asked for it has enough', () => {
    const stopAnother = keepAttribution();
    stop();
    stop();
    expect(runAttributed(owner, attributedTo)).toBe(owner);
    stopAnother();
    expect(runAttributed(owner, attributedTo)).toBeUndefined();
  });
});

test('without anybody who asks for attribution calls are plain calls', async () => {
  expect(runAttributed(owner, attributedTo)).toBeUndefined();
  expect(runUnattributed(() => 1)).toBe(1);
  expect(await runUnattributedAsync(async () => 2)).toBe(2);
});

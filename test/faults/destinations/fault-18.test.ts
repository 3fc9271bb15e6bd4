import type { Envelope } from '@dest/core';
import type { Host } from '@dest/host';
import { runDest } from '../../../packages/cli/test/support/run-dest';
import { createWorkspace, type Workspace } from '../../../packages/cli/test/support/workspace';
import { recordingDestination } from '../../../packages/host/test/support/recording-destination';
import { order } from '../../../packages/host/test/support/started-host';
import { outboxTypes } from './support/kept-outbox';
import { configFile } from './support/config-file';
import { startHost } from '@dest/host';
import { stopAfterwards } from './support/stop-afterwards';

const TEN_MEGABYTES = 'x'.repeat(10_000_000);
const LONE = 'half \ud83d of a pair, \udc00 and the other';

function nested(levels: number): unknown {
  let value: unknown = 'deep inside';
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

function cyclic(): object {
  const parent: Record<string, unknown> = { list: [] };
  (parent['list'] as unknown[]).push({ parent });
  return parent;
}

/** Through JSON text: written in a program, `__proto__` would be something else. */
const proto = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}') as object;

interface Payload {
  readonly name: string;
  readonly make: () => unknown;
  /** What of it is delivered; absent where it is refused. */
  readonly delivered?: unknown;
  /** The code that refuses it. */
  readonly refused?: string;
}

const unreadable = {
  get a(): never {
    throw new Error('no');
  },
};

const payloads: readonly Payload[] = [
  { name: 'of 10 MB', make: () => TEN_MEGABYTES, delivered: TEN_MEGABYTES },
  { name: 'of 400 levels', make: () => nested(400), delivered: nested(400) },
  { name: 'of 10,000 levels', make: () => nested(10_000), refused: 'JSON_TOO_DEEP' },
  { name: 'with a cycle', make: cyclic, refused: 'JSON_CYCLE' },
  { name: 'with a BigInt', make: () => ({ n: 2n ** 80n }), delivered: { n: '1208925819614629174706176' } },
  { name: 'with lone surrogates', make: () => LONE, delivered: LONE },
  { name: 'with __proto__', make: () => proto, delivered: proto },
  { name: 'that throws when it is read', make: () => unreadable, refused: 'JSON_UNREADABLE' },
  {
    name: 'with a symbol, a function and nothing',
    make: () => ({ a: Symbol('a'), b: () => 1, c: undefined, d: 1 }),
    delivered: { d: 1 },
  },
  {
    name: 'with NaN, a date, a map and a set',
    make: () => ({ a: NaN, b: new Date(0), c: new Map([['k', new Set([1])]]) }),
    delivered: { a: null, b: '1970-01-01T00:00:00.000Z', c: { k: [1] } },
  },
];

afterEach(() => expect(({} as { polluted?: unknown }).polluted).toBeUndefined());

describe.each(outboxTypes)(
  'fault 18: payload of 10 MB, 10,000 levels, a cycle, BigInt, lone surrogate, __proto__ (%s)',
  (type) => {
    const target = recordingDestination('target');
    const batched = recordingDestination('batched', { batch: (items) => items.map(() => ({ ok: true })) });
    let host: Host;

    beforeEach(async () => {
      for (const { calls, delivered } of [target, batched]) calls.length = delivered.length = 0;
      const config = configFile({
        outbox: type === 'memory' ? { type } : { type, path: 'outbox.db', ballast: 0 },
        destinations: [
          { id: 'one', package: 'target', mapping: 'event@payload' },
          { id: 'batch', package: 'batched' },
        ],
      });
      host = await startHost({ config: config.path, register: [target.class, batched.class] });
      stopAfterwards(() => host.close());
    });

    test.each(payloads)('one $name is delivered, or refused with a code', async ({ make, delivered, refused }) => {
      const event = { type: 'order', payload: make() };
      const envelope = { id: 'odd', event, profile: { id: 'p' } } as unknown as Envelope;
      if (refused === undefined) {
        expect((await host.dispatch(envelope)).deliveries).toHaveLength(2);
      } else {
        await expect(host.dispatch(envelope)).rejects.toMatchObject({ code: refused });
      }
      // Whatever it was, what comes next is as ever.
      await host.dispatch(order(1));
      await host.drain({ waitForRetries: true });
      expect(await host.countDeadLetters({})).toBe(0);
      expect(target.delivered).toHaveLength(refused === undefined ? 2 : 1);
      if (refused !== undefined) return;
      expect(target.delivered.filter((data) => data !== null)).toEqual([delivered]);
      // And whole, byte for byte.
      const whole = { event: { type: 'order', payload: delivered }, profile: { id: 'p' } };
      const texts = batched.delivered.map((data) => JSON.stringify(data));
      expect(texts.includes(JSON.stringify(whole))).toBe(true);
    });
  },
);

describe('fault 18: such payloads in lines of dest send', () => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = createWorkspace();
    workspace.write(
      'dest.json',
      JSON.stringify({
        version: 1,
        outbox: { type: 'memory' },
        plugins: ['./double.cjs'],
        destinations: [{ id: 'd', package: 'double', init: { path: workspace.path('out') }, mapping: 'event@payload' }],
      }),
    );
  });
  afterEach(() => workspace.remove());

  test('each is delivered, or is a bad line with a code, and no line spoils another', async () => {
    const deep = `${'['.repeat(10_000)}1${']'.repeat(10_000)}`;
    const line = (id: string, payload: string): string =>
      `{"id":"${id}","event":{"type":"order","payload":${payload}}}\n`;
    const stdin = [
      line('before', '"before"'),
      line('large', JSON.stringify(TEN_MEGABYTES)),
      line('too-large', JSON.stringify('x'.repeat(2 ** 20 * 10))),
      line('deep', deep),
      line('very-deep', '['.repeat(1_000_000)),
      line('surrogate', JSON.stringify(LONE)),
      line('proto', JSON.stringify(proto)),
      line('big', '123456789012345678901234567890'),
      '{"id":"__proto__","__proto__":{"type":"order"},"event":{"type":"order","payload":"own"}}\n',
      line('after', '"after"'),
    ].join('');
    const { exitCode, stdout, stderr } = await runDest(['send', '-c', workspace.path('dest.json'), '--json'], {
      stdin,
    });
    const report = JSON.parse(stdout) as {
      readonly lines: object;
      readonly badLines: readonly { readonly line: number; readonly code: string }[];
      readonly destinations: readonly object[];
    };
    expect(report.badLines.map(({ line: number, code }) => [number, code])).toEqual([
      [3, 'LINE_TOO_LONG'],
      [4, 'JSON_TOO_DEEP'],
      [5, 'LINE_NOT_JSON'],
      [9, 'ENVELOPE_INVALID'],
    ]);
    expect(stderr).toContain('JSON_TOO_DEEP');
    expect(report.lines).toMatchObject({ read: 10, accepted: 6, bad: 4 });
    expect(report.destinations).toMatchObject([{ delivered: 6, failed: 0, waiting: 0 }]);
    const sent = ['before', TEN_MEGABYTES, LONE, proto, JSON.parse('123456789012345678901234567890'), 'after'];
    const texts = workspace.lines('out').map((data) => JSON.stringify(data));
    expect(sent.every((data) => texts.includes(JSON.stringify(data)))).toBe(true);
    expect(texts).toHaveLength(sent.length);
    expect(exitCode).toBe(2);
  });
});

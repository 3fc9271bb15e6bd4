import { builtApplication, runScript, type ScriptOutcome } from './support/run-script';

/** A destination that, with its first event, does what `init.does` says; from then on it works. */
const FAULTY = `
const { EventEmitter } = require('node:events');
const { DestinationInterface, RegisterDestination, defineSchema } = require('@dest/core');
const nothing = defineSchema({ type: 'object' });
const init = defineSchema({ type: 'object', properties: { does: { type: 'string' } } });
const later = (run) => setTimeout(run, 0);
let first = true;
class Faulty extends DestinationInterface {
  constructor(...values) {
    super(...values);
    if (this.does('throws in its constructor')) throw 'the fault';
  }
  does(what) {
    if (this.init.does !== what || !first) return false;
    first = false;
    return true;
  }
  async open() {
    if (this.does('throws in open')) throw 'the fault';
  }
  dispatchEvent(data) {
    if (this.does('throws a string')) throw 'the fault';
    if (this.does('throws nothing')) throw undefined;
    if (this.does('rejects with a string')) return Promise.reject('the fault');
    if (this.does('throws what can not be looked at')) throw new Proxy({}, { get() { throw 'the fault'; }, getPrototypeOf() { throw 'the fault'; } });
    if (this.does('throws in a timer')) later(() => { throw new Error('the fault'); });
    if (this.does('throws a string in a timer')) later(() => { throw 'the fault'; });
    if (this.does('rejects unhandled')) void Promise.reject(new Error('the fault'));
    if (this.does('rejects unhandled later')) later(async () => { throw new Error('the fault'); });
    if (this.does('emits an error that nobody listens to')) later(() => new EventEmitter().emit('error', new Error('the fault')));
    if (this.does('throws in a timer and never settles')) { later(() => { throw new Error('the fault'); }); return new Promise(() => undefined); }
    if (this.does('settles twice')) return new Promise((resolve, reject) => { resolve(); reject(new Error('the fault')); });
    if (this.does('is a thenable that settles twice and throws')) return { then(resolve, reject) { reject(new Error('the fault')); resolve(); throw 'the fault'; } };
    if (this.does('is a thenable that works, fails and throws')) return { then(resolve, reject) { resolve(); reject(new Error('the fault')); throw 'the fault'; } };
    console.log(JSON.stringify({ faulty: data }));
    return Promise.resolve();
  }
  dispatchProfile() {}
  async close() {
    if (this.init.does === 'throws in close') throw 'the fault';
    if (this.init.does === 'rejects unhandled in its close') void Promise.reject(new Error('the fault'));
    if (this.init.does === 'never ends its close') return new Promise(() => undefined);
  }
}
RegisterDestination({ package: 'faulty', title: 'Faulty', credentials: nothing, init })(Faulty);
exports.Faulty = Faulty;
`;

const HEALTHY = `
const { DestinationInterface, RegisterDestination, defineSchema } = require('@dest/core');
const nothing = defineSchema({ type: 'object' });
class Healthy extends DestinationInterface {
  async dispatchEvent(data) { console.log(JSON.stringify({ healthy: data })); }
  async dispatchProfile() {}
}
RegisterDestination({ package: 'healthy', title: 'Healthy', credentials: nothing, init: nothing })(Healthy);
exports.Healthy = Healthy;
`;

const main = (does: string, more = ''): string => `
import { startHost } from '@dest/host';
const say = (value) => console.log(JSON.stringify(value));
const log = (level) => (message, fields) => say({ level, message, fields });
const retry = { initialDelayMs: 1, maxDelayMs: 1 };
const host = await startHost({
  config: {
    version: 1,
    outbox: { type: 'memory' },
    plugins: ['./faulty.cjs', './healthy.cjs'],
    shutdownMs: 300,
    destinations: [
      { id: 'bad', package: 'faulty', mapping: 'event@n', init: { does: ${JSON.stringify(does)} }, delivery: { timeoutMs: 500, retry, ordering: 'strict' } },
      { id: 'good', package: 'healthy', mapping: 'event@n', delivery: { ordering: 'strict' } },
    ],
  },
  containFaults: true,
  logger: { debug: () => undefined, info: () => undefined, warn: log('warn'), error: log('error') },
});
for (let n = 0; n < 5; n++) {
  await host.dispatch({ event: { type: 'a', n } });
  await new Promise((resolve) => setTimeout(resolve, 5));
  ${more}
}
if ((await host.lanes())[0].state === 'paused') await host.resume('bad');
await host.drain({ waitForRetries: true });
// What was thrown in a timer came by now.
await new Promise((resolve) => setTimeout(resolve, 20));
say({ lanes: (await host.lanes()).map(({ destination, state, waiting, faults = 0 }) => ({ destination, state, waiting, faults })) });
await host.close();
await new Promise((resolve) => setTimeout(resolve, 20));
say('ended');
`;

interface Said {
  readonly healthy?: number;
  readonly faulty?: number;
  readonly level?: string;
  readonly message?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly lanes?: readonly { readonly destination: string; readonly faults: number }[];
}

type Outcome = Omit<ScriptOutcome, 'said'> & { readonly said: readonly Said[] };

async function outcomeOf(does: string, more?: string): Promise<Outcome> {
  const folder = builtApplication({ 'main.mjs': main(does, more), 'faulty.cjs': FAULTY, 'healthy.cjs': HEALTHY });
  return (await runScript(folder, 'main.mjs')) as Outcome;
}

const numbers = (said: readonly Said[], who: 'healthy' | 'faulty'): readonly number[] =>
  said.map((each) => each[who]).filter((n) => n !== undefined);

describe('fault 15: plugin throws a string, throws in a timer, rejects unhandled, throws in close, close never ends', () => {
  test.each([
    'throws a string',
    'throws nothing',
    'rejects with a string',
    'throws what can not be looked at',
    'throws in its constructor',
    'throws in open',
    'is a thenable that settles twice and throws',
  ])('one that %s: the call failed, and is made again', async (does) => {
    const { exitCode, stderr, said } = await outcomeOf(does);
    expect([exitCode, stderr, said.at(-1)]).toEqual([0, '', 'ended']);
    expect(numbers(said, 'healthy')).toEqual([0, 1, 2, 3, 4]);
    expect(numbers(said, 'faulty')).toEqual([0, 1, 2, 3, 4]);
    expect(said.find(({ lanes }) => lanes !== undefined)).toEqual({
      lanes: [
        { destination: 'bad', state: 'ready', waiting: 0, faults: 0 },
        { destination: 'good', state: 'ready', waiting: 0, faults: 0 },
      ],
    });
  });

  test.each(['settles twice', 'is a thenable that works, fails and throws'])(
    'one that %s: the first time counts',
    async (does) => {
      const { exitCode, stderr, said } = await outcomeOf(does);
      expect([exitCode, stderr, said.at(-1)]).toEqual([0, '', 'ended']);
      expect(numbers(said, 'healthy')).toEqual([0, 1, 2, 3, 4]);
      // The call that settled twice said that it worked, and is not made again.
      expect(numbers(said, 'faulty')).toEqual([1, 2, 3, 4]);
      expect(said.filter(({ level }) => level !== undefined)).toEqual([]);
      expect(said.find(({ lanes }) => lanes !== undefined)).toEqual({
        lanes: [
          { destination: 'bad', state: 'ready', waiting: 0, faults: 0 },
          { destination: 'good', state: 'ready', waiting: 0, faults: 0 },
        ],
      });
    },
  );

  test.each([
    'throws in a timer',
    'throws a string in a timer',
    'rejects unhandled',
    'rejects unhandled later',
    'emits an error that nobody listens to',
    'throws in a timer and never settles',
  ])('one that %s: it is told whose it was, and the host lives', async (does) => {
    const { exitCode, stderr, said } = await outcomeOf(does);
    expect([exitCode, stderr, said.at(-1)]).toEqual([0, '', 'ended']);
    expect(numbers(said, 'healthy')).toEqual([0, 1, 2, 3, 4]);
    expect(numbers(said, 'faulty').toSorted()).toEqual([0, 1, 2, 3, 4]);
    const faults = said.filter(({ fields }) => fields?.['code'] === 'PLUGIN_FAULT');
    expect(faults).toMatchObject([
      { level: 'error', message: expect.stringContaining('the fault') as string, fields: { destination: 'bad', package: 'faulty' } }, // prettier-ignore
    ]);
    const lanes = said.find((each) => each.lanes !== undefined)?.lanes;
    expect(lanes?.map(({ destination, faults: count }) => [destination, count])).toEqual([
      ['bad', 1],
      ['good', 0],
    ]);
  });

  test.each([
    ['throws in close', /close\(\) of bad failed: the fault/],
    ['never ends its close', /close\(\) of bad failed: .*(did not finish within \d+ ms|was cut off: the host closes)/],
    ['rejects unhandled in its close', /Plugin faulty of destination bad throws outside of any call: the fault/],
  ])('one that %s: the host closes all the same', async (does, warning) => {
    const { exitCode, stderr, said } = await outcomeOf(does);
    expect(said.at(-1)).toBe('ended');
    expect(numbers(said, 'faulty')).toEqual([0, 1, 2, 3, 4]);
    expect(numbers(said, 'healthy')).toEqual([0, 1, 2, 3, 4]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(said.filter(({ level }) => level !== undefined)).toMatchObject([
      { message: expect.stringMatching(warning) as string, fields: { destination: 'bad' } },
    ]);
  });

  test('what is no plugin’s ends the process, as ever', async () => {
    const { exitCode, stderr, said } = await outcomeOf(
      'nothing',
      "setTimeout(() => { throw new Error('my own'); }, 0);",
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain('my own');
    expect(said.at(-1)).not.toBe('ended');
  });
});

import { runFixture } from './support/run-fixture';

const { faults } = jest.requireActual<{ readonly faults: Readonly<Record<string, unknown>> }>('./fixtures/faults.cjs');

interface Result {
  readonly faulty: number;
  readonly beside: number;
  readonly logged: readonly Readonly<Record<string, unknown>>[];
}

describe('a plugin that fails outside of any call', () => {
  let results: Readonly<Record<string, Result>>;
  beforeAll(async () => {
    const { exitCode, stdout, stderr } = await runFixture('faulty-host');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    results = JSON.parse(stdout) as typeof results;
  });

  it.each(Object.keys(faults))('by %s: it is told whose it was, and the host delivers on', (fault) => {
    expect(results[fault]).toEqual({
      // What came with the fault, and what came after it.
      faulty: 2,
      beside: 2,
      logged: [
        expect.objectContaining({
          message: expect.stringMatching(/^Plugin writes of destination faulty throws outside of any call: ./),
          code: 'PLUGIN_FAULT',
          package: 'writes',
          destination: 'faulty',
        }),
      ],
    });
  });

  it('is logged by the host, not by the plugin', () => {
    for (const { logged } of Object.values(results)) expect(logged[0]).not.toHaveProperty('by');
  });

  it('is told with the stack, where there is one', () => {
    expect(results['setTimeout']?.logged[0]).toMatchObject({
      message: expect.stringContaining(': the fault. '),
      stack: expect.stringMatching(/^Error: the fault\n {4}at .*faults\.cjs:\d+:\d+\)\n/),
    });
    expect(results['a text rejected']?.logged[0]).toMatchObject({ message: expect.stringContaining(': a text. ') });
    expect(results['a text rejected']?.logged[0]).not.toHaveProperty('stack');
  });
});

describe('what is no plugin’s', () => {
  it.each([
    ['setTimeout', 'Error: the fault\n    at Timeout.fail'],
    ['setImmediate', 'Error: the fault\n    at Immediate.fail'],
    ['nextTick', 'Error: the fault\n    at '],
    ['queueMicrotask', 'Error: the fault\n    at '],
    ['a text in a timer', 'a text'],
    ['an emitter without a listener', 'Error: the fault\n    at Timeout.'],
    ['a stream without a listener', 'Error: the fault\n    at '],
    ['an Error rejected', 'Error: the fault\n    at '],
    ['undefined rejected', 'The promise rejected with the reason "undefined"'],
  ])('ends the process by %s as if nothing was contained', async (fault, told) => {
    const [plain, contained] = await Promise.all([
      runFixture('application-fault', fault, 'plain'),
      runFixture('application-fault', fault, 'contained'),
    ]);
    expect({ ...contained, stderr: ownFrames(contained.stderr) }).toEqual({
      ...plain,
      stderr: ownFrames(plain.stderr),
    });
    expect(contained).toMatchObject({ exitCode: 1, stdout: 'exit 1\n', stderr: expect.stringContaining(told) });
  });

  it.each([
    ['setTimeout', 'handler: the fault, uncaughtException'],
    ['undefined in a timer', 'handler: undefined, uncaughtException'],
    ['a text rejected', 'handler: a text, with its promise'],
  ])('by %s goes to the handlers of the application, which get nothing else', async (fault, told) => {
    const { exitCode, stdout, stderr } = await runFixture('application-fault', fault, 'contained', 'handled');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toBe(`${told}\nit lives on\nexit 0\n`);
  });
});

describe('a taker that fails itself', () => {
  it.each([
    ['a fault of a plugin ends the process by the taker’s', 'of a plugin', 'of the taker'],
    ['a fault of the application ends it by its own', 'of the application', 'the fault'],
  ])('%s', async (_what, whose, told) => {
    const { exitCode, stderr } = await runFixture('application-fault', 'setTimeout', 'broken', whose);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`Error: ${told}\n    at `);
  });
});

it('hosts of one process share the handler: each gets its own, and the last one leaves nothing behind', async () => {
  const { exitCode, stdout, stderr } = await runFixture('several-hosts');
  const told = (host: string, what: string): string =>
    `${host}: Plugin plugin of destination same throws outside of any call: ${what}\n`;
  expect(stdout).toBe(
    told('one', 'of one') +
      told('two', 'of two') +
      'counts 1 1\n' +
      told('one', 'of one, which is closed') +
      told('two', 'of two, which is open') +
      'as before true, attributed false\n' +
      told('again', 'after a new start') +
      'theirs stays true\nasked 1\n',
  );
  expect(exitCode).toBe(1);
  expect(stderr).toContain('Error: nobody contains it\n    at Timeout');
});

/** Attribution adds frames of Node.js itself. */
function ownFrames(text: string): string {
  return text.replaceAll(/^ {4}at .*\bnode:.*\n/gm, '');
}

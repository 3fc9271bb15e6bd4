import { describeOutbox, outboxCases, VirtualClock, type OutboxKit } from '../../src/index';

/** Registers the cases of a kit with a test runner that only listens. */
function registered(kit: OutboxKit): ReadonlyMap<string, () => Promise<void>> {
  const runner = globalThis as unknown as { describe: unknown; test: unknown };
  const real = { describe: runner.describe, test: runner.test };
  const tests = new Map<string, () => Promise<void>>();
  runner.describe = (name: string, body: () => void): void => {
    expect(name).toBe('MyOutbox');
    body();
  };
  runner.test = (name: string, body: () => Promise<void>): unknown => tests.set(name, body);
  try {
    describeOutbox('MyOutbox', kit);
  } finally {
    Object.assign(runner, real);
  }
  return tests;
}

const create = async (): Promise<never> => {
  throw new Error('no outbox');
};
const kit: OutboxKit = { clock: new VirtualClock(), create };

const namesOf = (cases: typeof outboxCases): readonly string[] => cases.map(({ name }) => name);

test('each case has a name of its own', () => {
  expect(new Set(namesOf(outboxCases)).size).toBe(outboxCases.length);
});

test('makes a test of each case', () => {
  expect([...registered({ ...kit, reopen: create }).keys()]).toEqual(namesOf(outboxCases));
});

test('leaves out what needs a durable outbox where there is none', () => {
  const cases = outboxCases.filter(({ needs }) => needs === undefined);
  expect([...registered(kit).keys()]).toEqual(namesOf(cases));
  expect(cases.length).toBeLessThan(outboxCases.length);
});

test('a test fails where its case does', async () => {
  for (const body of registered({ ...kit, reopen: create }).values()) await expect(body()).rejects.toThrow('no outbox');
});
